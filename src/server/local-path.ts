const HERE = 'http://here.invalid'

/**
 * Where `?next=` leads, if that is a path of this server; else the start page. Whoever writes the link must not be able
 * to send somebody who has just signed in to another site.
 */
export function localPath(next: string | null | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  try {
    const url = new URL(next, HERE)
    // `//host`, `/\host` and what browsers cut out of either end as another origin here.
    if (url.origin !== HERE) return '/'
    const path = url.pathname + url.search + url.hash
    // `/.//host` is a path of ours until its dots are taken out.
    return path.startsWith('//') ? '/' : path
  } catch {
    return '/'
  }
}
