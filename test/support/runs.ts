/** How many runs a property gets: fewer by `npm test`, more by `npm run test:deep`. */
export function runs({ usual, deep }: { readonly usual: number; readonly deep: number }): number {
  return process.env.DEEP === '1' ? deep : usual;
}
