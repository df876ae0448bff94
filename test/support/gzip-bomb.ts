import { gzipSync } from 'node:zlib';

const PART = 10 * 1024 * 1024;

/** 200 MB of one character, compressed to 200 KB. */
export function gzipBomb(character: string): Buffer {
  const part = gzipSync(Buffer.alloc(PART, character), { level: 9 });
  // A gzip stream may have several members, one after the other. Compressing one of them is fast.
  return Buffer.concat(Array<Buffer>(20).fill(part));
}
