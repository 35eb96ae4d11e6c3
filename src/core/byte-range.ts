export type ByteRange = { is: 'whole' } | { is: 'part'; start: number; endInclusive: number } | { is: 'none' }

const WHOLE: ByteRange = { is: 'whole' }
const ONE_RANGE = /^bytes=\s*(\d{0,16})\s*-\s*(\d{0,16})\s*$/i

/**
 * What part of a representation a request asks for (RFC 9110 § 14.2, § 13.1.5): a single range of bytes, if the
 * representation is still the one that the caller has the beginning of. Anything else, such as several ranges, asks for
 * all of it; `none` is a range that begins past the end (416).
 * @param tag the strong entity tag, without its quotes
 */
export function byteRangeOf(
  headers: { range?: string | undefined; ifRange?: string | undefined },
  tag: string,
  sizeBytes: number,
): ByteRange {
  const { range, ifRange } = headers
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== `"${tag}"`)) return WHOLE
  const [, first, last] = ONE_RANGE.exec(range) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return WHOLE
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes)
    return length === 0
      ? { is: 'none' }
      : { is: 'part', start: sizeBytes - length, endInclusive: sizeBytes - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return WHOLE
  if (start >= sizeBytes) return { is: 'none' }
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  return { is: 'part', start, endInclusive: end }
}
