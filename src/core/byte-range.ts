export type ByteRange = { is: 'whole' } | { is: 'part'; start: number; endInclusive: number } | { is: 'none' }

const WHOLE: ByteRange = { is: 'whole' }
const ONE_RANGE = /^bytes=\s*(\d{0,16})\s*-\s*(\d{0,16})\s*$/i

/** How a request for a file is answered: the head, and which of its bytes follow; none of them with 416. */
export interface FileAnswer {
  status: 200 | 206 | 416
  headers: Record<string, string>
  start: number
  endInclusive: number
}

/**
 * The head of an answer with a file that never changes, or with the part of it that is asked for: `ETag` and
 * `Repr-Digest` (RFC 9530) are the SHA-256 of the whole, so that whoever goes on knows what it must come to.
 * @param asked the headers of the request
 * @param sha256 in hexadecimal
 */
export function fileAnswer(
  asked: { range?: string | undefined; 'if-range'?: string | undefined },
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
): FileAnswer {
  const headers = {
    ETag: `"${sha256}"`,
    'Accept-Ranges': 'bytes',
    'Repr-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
  }
  const range = byteRangeOf({ range: asked.range, ifRange: asked['if-range'] }, sha256, sizeBytes)
  if (range.is === 'none')
    return {
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${sizeBytes}` },
      start: 0,
      endInclusive: -1,
    }
  if (range.is === 'whole') return { status: 200, headers, start: 0, endInclusive: sizeBytes - 1 }
  const { start, endInclusive } = range
  const part = { 'Content-Range': `bytes ${start}-${endInclusive}/${sizeBytes}` }
  return { status: 206, headers: { ...headers, ...part }, start, endInclusive }
}

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
