/**
 * Reads the body of a response whole, or stops and lets go of the connection as soon as more than `limit` bytes have
 * come. Bytes are counted after decompression, which goes on only as far as the body is read.
 * @returns null if there are more
 */
export async function readUpTo(
  body: AsyncIterable<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the body.
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
