/** Stands for whatever host the page has. */
const HERE = 'http://here.invalid'

/**
 * Where a person goes on after signing in: the address they came with where it leads to a page of ours, else the start. Other sites put
 * their own addresses into links to a sign-in page (CWE-601).
 */
export function localPath(next: string | undefined): string {
  if (!next?.startsWith('/') || !URL.canParse(next, HERE)) return '/'
  const url = new URL(next, HERE)
  if (url.origin !== HERE || url.pathname.startsWith('//')) return '/'
  const isWayIn = ['/sign-in', '/setup'].includes(url.pathname)
  return isWayIn ? '/' : url.pathname + url.search + url.hash
}
