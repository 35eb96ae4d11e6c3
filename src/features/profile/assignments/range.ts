import { RANGE_MAX } from '../lists'

const PARTS = /^(.*?)(\d+)$/

/** The TIDs from one to another, both within; undefined where these are no ends of a range of RANGE_MAX at most. */
export function tidsOfRange(from: string, to: string): string[] | undefined {
  const [, prefix, first = ''] = PARTS.exec(from) ?? []
  const [, sameprefix, last = ''] = PARTS.exec(to) ?? []
  if (prefix === undefined || prefix !== sameprefix || first.length !== last.length) return undefined
  // 16 digits are more than a number of JavaScript can count.
  const start = BigInt(first)
  const count = BigInt(last) - start + 1n
  if (count < 1n || count > BigInt(RANGE_MAX)) return undefined
  return Array.from(
    { length: Number(count) },
    (_, n) => prefix + String(start + BigInt(n)).padStart(first.length, '0'),
  )
}
