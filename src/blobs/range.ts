import type { OpenOptions } from './blob-store'
import { blobRange } from './errors'

/**
 * The part of a blob that was asked for, inclusive at both ends (RFC 9110 § 14.1.2). An end past the last byte is cut
 * off; a start past it, or an end before the start, is `blob_range` with the size. An empty blob can be read from 0.
 */
export function resolveRange(
  sizeBytes: number,
  { start = 0, endInclusive = sizeBytes - 1 }: OpenOptions,
): { start: number; endInclusive: number } {
  if (sizeBytes === 0 && start === 0) return { start, endInclusive: -1 }
  const last = Math.min(endInclusive, sizeBytes - 1)
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(last) || start < 0 || start > last)
    throw blobRange({ values: { sizeBytes } })
  return { start, endInclusive: last }
}
