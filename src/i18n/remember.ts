const YEAR_SECONDS = 31_536_000

/**
 * Remembers a choice of the visitor for a year, where the server reads it with the next page. By `document.cookie`: the Cookie Store
 * API is neither in every browser nor on pages without TLS.
 */
export function rememberChoice(cookie: string, value: string): void {
  document.cookie = `${cookie}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
}
