/** What stands before the APK Signing Block in the APKs of tests. */
const CONTENT_BYTES = 1_000

/**
 * As much of an APK as its signer is read from: content, an APK Signing Block, an empty directory.
 * @param certificates by the id of the signature (source.android.com, "APK Signature Scheme v2")
 */
export function apkSignedBy(
  certificates: ReadonlyMap<number, string>,
  content: Buffer = Buffer.alloc(CONTENT_BYTES),
) {
  const pairs = [...certificates].map(([id, certificate]) => {
    const signedData = Buffer.concat([prefixed(Buffer.from('digests')), prefixed(prefixed(certificate))])
    const value = prefixed(prefixed(prefixed(signedData)))
    const head = Buffer.alloc(12)
    head.writeBigUInt64LE(BigInt(value.length + 4))
    head.writeUInt32LE(id, 8)
    return Buffer.concat([head, value])
  })
  const bytes = Buffer.concat(pairs).length
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(bytes + 24))
  const block = Buffer.concat([size, ...pairs, size, Buffer.from('APK Sig Block 42')])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt32LE(content.length + block.length, 16)
  return Buffer.concat([content, block, end])
}

function prefixed(part: Buffer | string): Buffer {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}
