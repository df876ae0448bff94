/** Whether an `If-None-Match` header names the entity tag, so that the client already has this version. */
export function hasTag(header: string | null, etag: string): boolean {
  const tags = header?.split(',').map(withoutStrength) ?? [];
  return tags.includes('*') || tags.includes(withoutStrength(etag));
}

/** `If-None-Match` compares tags without the mark of weak ones (RFC 9110, 13.1.2). */
function withoutStrength(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
