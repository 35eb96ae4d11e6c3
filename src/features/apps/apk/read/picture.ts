import type { ApkIcon } from '../facts'

/** Nobody has an icon as large; a picture of a few bytes may claim to be, and would take a browser's memory. */
const MOST_PIXELS_A_SIDE = 2048

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** PNG or WebP by its first bytes, with sides that can be shown; undefined for anything else. */
export function pictureType(bytes: Buffer): ApkIcon['type'] | undefined {
  if (bytes.length < 33) return undefined
  const isPng = bytes.subarray(0, 8).equals(PNG) && bytes.toString('latin1', 12, 16) === 'IHDR'
  if (isPng) return isBearable(bytes.readUInt32BE(16), bytes.readUInt32BE(20)) ? 'image/png' : undefined
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
  return isWebp && isBearable(...webpSides(bytes)) ? 'image/webp' : undefined
}

/** RFC 9649: simple, lossless and extended files have their sides in three places. */
function webpSides(bytes: Buffer): [width: number, height: number] {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff]
    case 'VP8L': {
      const sides = bytes.readUInt32LE(21)
      return [(sides & 0x3fff) + 1, ((sides >>> 14) & 0x3fff) + 1]
    }
    case 'VP8X':
      return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1]
    default:
      return [0, 0]
  }
}

const isBearable = (width: number, height: number) =>
  width > 0 && height > 0 && width <= MOST_PIXELS_A_SIDE && height <= MOST_PIXELS_A_SIDE
