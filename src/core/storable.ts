/**
 * Text that PostgreSQL can keep: no U+0000 and no half of a surrogate pair. Both are legal in JSON, as escapes; a slip
 * is not refused for one of them, but nobody types them on purpose.
 */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function toStorable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

/** Escapes of such letters in the text of a JSON document: a quick look that spares most documents the long one. */
export function mayHoldUnstorable(json: string): boolean {
  return /\\u(?:0000|d[89a-f][0-9a-f]{2})/i.test(json)
}

/** A copy of a parsed JSON value in which every such letter is U+FFFD, in names as well. */
export function makeStorable(value: unknown): unknown {
  if (typeof value === 'string') return toStorable(value)
  if (Array.isArray(value)) return value.map(makeStorable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [toStorable(name), makeStorable(one)]))
}

/** Where in an input the first such letter stands, as a dotted path; undefined where there is none. */
export function findUnstorable(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined
  for (const [name, one] of Object.entries(value)) {
    if (!isStorable(name)) return path
    const found = findUnstorable(one, path === '' ? name : `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
