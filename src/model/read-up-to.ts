/**
 * Reads the whole body of a response, up to `limit` bytes. If the body is longer, reading stops and the connection is
 * released. Bytes are counted after decompression, and only the part that is read is decompressed.
 * @returns the body; null if it is longer than `limit` bytes
 */
export async function readUpTo(
  body: AsyncIterable<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Returning from the loop cancels the body.
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
