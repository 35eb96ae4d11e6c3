import { hash, randomFillSync } from 'node:crypto'

const LAST_MS = Date.UTC(9999, 11, 31)

/** The moment in a UUID version 7, in Unix milliseconds; undefined for ids of another kind, and for such as nobody has made before the year 9999. */
export function momentOfId(id: string): number | undefined {
  const unixMs = /^.{14}7/.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined
  return unixMs !== undefined && unixMs < LAST_MS ? unixMs : undefined
}

/** Asking for randomness costs more than the rest of an id: it is fetched for many at once. */
const pool = Buffer.alloc(16 * 256)
const place = { next: pool.length }

function sixteenRandomBytes(): Buffer {
  if (place.next === pool.length) {
    randomFillSync(pool)
    place.next = 0
  }
  const bytes = Buffer.from(pool.subarray(place.next, place.next + 16))
  place.next += 16
  return bytes
}

/** A UUID version 7 (RFC 9562 § 5.7): sorts by time of making, so that primary-key indexes grow at one end. */
export function newId(nowMs: number = Date.now()): string {
  const bytes = sixteenRandomBytes()
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** 122 bits of a text's SHA-256 as a UUID version 8 (RFC 9562 § 5.8): the same for the same text, and never taken for one that a terminal made. */
export function digestId(text: string): string {
  const hex = hash('sha256', text, 'hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
