/** True where an If-None-Match header names this entity tag, weak or strong, or any (RFC 9110 § 13.1.2). */
export function matchesEtag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => {
    const named = one.trim()
    return named === '*' || named === `"${tag}"` || named === `W/"${tag}"`
  })
}
