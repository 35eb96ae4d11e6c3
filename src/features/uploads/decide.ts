/** A list of all received parts stays one small answer. */
const MOST_PARTS = 10_000
const STEP_BYTES = 64 * 1024

interface Shape {
  sizeBytes: number
  partBytes: number
}

/** Pure: how long the parts of a file are: as preferred, and longer where they would be too many. */
export function choosePartBytes(sizeBytes: number, preferredBytes: number): number {
  const least = Math.ceil(sizeBytes / MOST_PARTS / STEP_BYTES) * STEP_BYTES
  return Math.max(preferredBytes, least)
}

/** Pure: an empty file has no parts. */
export function partCountOf({ sizeBytes, partBytes }: Shape): number {
  return Math.ceil(sizeBytes / partBytes)
}

/** Pure: the exact length of a part; undefined where there is none of this number. */
export function partSizeOf({ sizeBytes, partBytes }: Shape, index: number): number | undefined {
  if (index < 0 || index * partBytes >= sizeBytes) return undefined
  return Math.min(partBytes, sizeBytes - index * partBytes)
}
