import { hash } from 'node:crypto'

const END_OF_DIRECTORY = 0x06054b50
const END_BYTES = 22
const FOOTER_BYTES = 24
const MAGIC = 'APK Sig Block 42'

/** Ids of signatures in an APK Signing Block. */
export const V2 = 0x7109871a
export const V3 = 0xf05368c0
export const V3_1 = 0x1b93ad61

/**
 * SHA-256 of the certificate that signed an APK, as the package manager of an Android tells it; undefined where the file
 * has none of these signatures. Nothing is verified. (source.android.com, "APK Signature Scheme v2" and "v3")
 * @param tail the end of the file, with its directory and the block before it
 * @param schemes those this Android knows, by the order in which it looks for them
 */
export function signerOf(tail: Buffer, fileBytes: number, schemes: readonly number[]): string | undefined {
  try {
    const signatures = signaturesIn(tail, fileBytes)
    const signature = schemes.map((scheme) => signatures.get(scheme)).find((one) => one !== undefined)
    if (signature === undefined) return undefined
    const signedData = part(part(part(signature)))
    const certificates = part(signedData, 1)
    return hash('sha256', part(certificates))
  } catch {
    // It ends before its own lengths say so: no APK, or one whose directory is longer than the tail.
    return undefined
  }
}

function signaturesIn(tail: Buffer, fileBytes: number): Map<number, Buffer> {
  let end = tail.length - END_BYTES
  while (tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--
  const directory = tail.readUInt32LE(end + 16) - (fileBytes - tail.length)
  const footer = directory - FOOTER_BYTES
  const found = new Map<number, Buffer>()
  if (footer < 0 || tail.toString('latin1', footer + 8, directory) !== MAGIC) return found
  let at = directory - Number(tail.readBigUInt64LE(footer))
  while (at < footer) {
    const next = at + 8 + Number(tail.readBigUInt64LE(at))
    found.set(tail.readUInt32LE(at + 8), tail.subarray(at + 12, next))
    at = next
  }
  return found
}

/** One of parts that each follow their length in four bytes. */
function part(parts: Buffer, index = 0): Buffer {
  const length = parts.readUInt32LE(0)
  return index === 0 ? parts.subarray(4, 4 + length) : part(parts.subarray(4 + length), index - 1)
}
