/** Whether an `If-None-Match` header names the entity tag, which is then what the client already has. */
export function hasTag(header: string | null, etag: string): boolean {
  const tags = header?.split(',').map(withoutStrength) ?? [];
  return tags.includes('*') || tags.includes(withoutStrength(etag));
}

/** Tags are compared without the mark of weak ones here, since either stands for content that has not changed. */
function withoutStrength(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
