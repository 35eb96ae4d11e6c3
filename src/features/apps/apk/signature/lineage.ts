import { apkRefused } from '../errors'
import { Cursor } from '../read/cursor'
import { ALGORITHMS, fits, isSignedBy, publicKeyOf } from './algorithms'
import { type Certificate, readCertificate } from './der'

const VERSION = 1
const MOST_ROTATIONS = 100

/**
 * SHA-256 of the certificates before this one, oldest first, of a proof of rotation (APK Signature Scheme v3): each was
 * signed with the key of the one before it, and the last is the signer's own. `bad_signature` where that does not hold.
 */
export function readLineage(proof: Buffer, own: Certificate): string[] {
  const cursor = new Cursor(proof)
  if (cursor.u32() !== VERSION) throw apkRefused('unknown_signature', 'lineage')
  const chain: string[] = []
  let before: { certificate: Certificate; algorithm: number } | undefined
  for (const part of cursor.parts()) {
    if (chain.length >= MOST_ROTATIONS) bad()
    const level = new Cursor(part)
    const signed = level.part()
    level.u32()
    const algorithm = level.u32()
    const signature = level.part()
    if (before !== undefined) verifyLevel(before, signed, signature)
    const data = new Cursor(signed)
    const certificate = readCertificate(data.part())
    if (before !== undefined && data.u32() !== before.algorithm) bad()
    if (chain.includes(certificate.sha256)) bad()
    chain.push(certificate.sha256)
    before = { certificate, algorithm }
  }
  if (chain.pop() !== own.sha256) bad()
  return chain
}

function verifyLevel(
  before: { certificate: Certificate; algorithm: number },
  signed: Buffer,
  signature: Buffer,
): void {
  const algorithm = ALGORITHMS.get(before.algorithm)
  if (algorithm === undefined) throw apkRefused('unknown_signature', 'lineage')
  const key = publicKeyOf(before.certificate.publicKey)
  if (!fits(algorithm, key) || !isSignedBy(key, algorithm.hash, signed, signature, algorithm.isPss)) bad()
}

function bad(): never {
  throw apkRefused('bad_signature', 'lineage')
}
