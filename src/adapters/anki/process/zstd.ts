import { createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Decompress } from 'fzstd';
import { Fault, tooLarge } from './fault.ts';

const MAGIC = 0xfd2fb528;
/** The largest window, in bytes. Decoders need not support larger ones (RFC 8878), and Anki's is 2 MiB. */
const MAX_WINDOW = 8_388_608;
/** The longest header of a frame, in bytes. */
const MAX_HEADER = 18;
const BLOCK_HEADER = 3;
const RLE_BLOCK = 1;

/**
 * Decompresses a file that is one Zstandard frame. It is read block by block, each of which gives at most 128 KiB, so that
 * a small file cannot fill the memory or the disk.
 * @param max the most bytes of the result
 * @throws {Fault} if it is no frame, or the result is larger
 */
export async function decompressZstd(from: string, to: string, max: number): Promise<void> {
  const file = await open(from, 'r');
  try {
    await pipeline(decompressed(file, max), createWriteStream(to));
  } finally {
    await file.close();
  }
}

async function* decompressed(file: FileHandle, max: number): AsyncIterable<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => ready.push(chunk));
  let bytes = 0;
  for await (const { piece, isLast } of piecesOf(file)) {
    decoder.push(piece, isLast);
    for (const chunk of ready) {
      bytes += chunk.byteLength;
      if (bytes > max) throw tooLarge(max);
      // The decoder uses its memory again.
      yield chunk.slice();
    }
    ready = [];
  }
}

/** The header of the frame, its blocks, and its checksum if it has one. */
async function* piecesOf(file: FileHandle): AsyncIterable<{ piece: Uint8Array; isLast: boolean }> {
  const { length, hasChecksum } = headerOf(await read(file, 0, MAX_HEADER));
  yield { piece: await read(file, 0, length), isLast: false };
  const { size } = await file.stat();
  let at = length;
  for (;;) {
    const header = await read(file, at, BLOCK_HEADER);
    if (header.length < BLOCK_HEADER) throw damaged();
    const bits = header.readUIntLE(0, BLOCK_HEADER);
    const content = ((bits >> 1) & 3) === RLE_BLOCK ? 1 : bits >> 3;
    const isLast = (bits & 1) === 1;
    const end = at + BLOCK_HEADER + content + (isLast && hasChecksum ? 4 : 0);
    // Frames that follow could have any window. Anki writes one frame.
    if (isLast ? end !== size : end > size) throw damaged();
    yield { piece: await read(file, at, end - at), isLast };
    if (isLast) return;
    at = end;
  }
}

function headerOf(header: Buffer): { length: number; hasChecksum: boolean } {
  const [, , , , flags = 0, descriptor = 0] = header;
  if (header.length < 6 || header.readUInt32LE(0) !== MAGIC) throw damaged();
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const sizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  const length = sizeAt + sizeBytes;
  if (header.length < length) throw damaged();
  const base = 2 ** (10 + (descriptor >> 3));
  const window = isSingleSegment
    ? contentSize(header, sizeAt, sizeBytes)
    : base + (base / 8) * (descriptor & 7);
  if (window > MAX_WINDOW)
    throw new Fault('The collection in the package is compressed with too large a window.');
  return { length, hasChecksum: (flags & 4) !== 0 };
}

function contentSize(header: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(header.readBigUInt64LE(at));
  return header.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function damaged(): Fault {
  return new Fault('The collection in the package is damaged.');
}
