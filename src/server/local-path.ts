/** Stands for whatever host the page has. */
const HERE = 'http://here.invalid'
const WAYS_IN = ['/sign-in', '/setup']

/**
 * Where `?next=` leads, if that is a page of ours; else the start. Whoever writes the link must not be able to send somebody
 * who has just signed in to another site (CWE-601). For the server and for the sign-in page.
 */
export function localPath(next: string | null | undefined): string {
  if (!next?.startsWith('/') || !URL.canParse(next, HERE)) return '/'
  const url = new URL(next, HERE)
  // `//host`, `/\\host` and what browsers cut out of either end has another origin here; `/.//host` is a path of ours until its
  // dots are taken out.
  if (url.origin !== HERE || url.pathname.startsWith('//')) return '/'
  return WAYS_IN.includes(url.pathname) ? '/' : url.pathname + url.search + url.hash
}
