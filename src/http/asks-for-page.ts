/** Whether a request is a browser's for a page to show. */
export function asksForPage({ method, headers }: Request): boolean {
  return ['GET', 'HEAD'].includes(method) && headers.get('accept')?.includes('text/html') === true;
}
