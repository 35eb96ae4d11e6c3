import { apkRefused } from '../errors'
import { Cursor } from '../read/cursor'
import { ALGORITHMS, type ContentDigest, fits, isSignedBy, publicKeyOf } from './algorithms'
import { type Certificate, readCertificate } from './der'
import { readLineage } from './lineage'

/** Somebody who has signed by v2, v3 or v3.1; the signature over all that is said here was verified. */
export interface Signer {
  certificate: Certificate
  /** What the content must digest to. */
  digests: { content: ContentDigest; value: Buffer }[]
  /** Of v3: the Androids this signer is for. */
  minSdk: number
  maxSdk: number
  attributes: ReadonlyMap<number, Buffer>
  /** SHA-256 of earlier certificates, oldest first. */
  lineage: string[]
}

/** As many as Android takes. */
const MOST_SIGNERS = 10
/** Ways to sign, certificates, attributes: of each there are two or three. */
const MOST_PARTS = 30

const PROOF_OF_ROTATION = 0x3ba06f8c

/** Reads the signers of a block and verifies what each has signed. `bad_signature`, `unknown_signature`. */
export function readSigners(block: Buffer, isV3: boolean): Signer[] {
  const signers: Signer[] = []
  for (const part of new Cursor(new Cursor(block).part()).parts()) {
    if (signers.length >= MOST_SIGNERS) throw apkRefused('bad_signature', 'too many signers')
    signers.push(readSigner(new Cursor(part), isV3))
  }
  if (signers.length === 0) throw apkRefused('bad_signature', 'no signers')
  return signers
}

function readSigner(signer: Cursor, isV3: boolean): Signer {
  const signed = signer.part()
  const outer = isV3 ? { minSdk: signer.u32(), maxSdk: signer.u32() } : ALL
  const signatures = valuesById(signer.part())
  const publicKey = signer.part()
  verifySignatures(signed, signatures, publicKey)
  const data = new Cursor(signed)
  const digests = valuesById(data.part())
  const certificates = listOf(data.part())
  const inner = isV3 ? { minSdk: data.u32(), maxSdk: data.u32() } : ALL
  const attributes = attributesOf(data.part())
  if (inner.minSdk !== outer.minSdk || inner.maxSdk !== outer.maxSdk) bad('SDK of signer')
  if (inner.minSdk > inner.maxSdk) bad('SDK of signer')
  if (!sameIds(signatures, digests)) bad('algorithms')
  const [first] = certificates
  if (first === undefined) return bad('no certificate')
  const certificate = readCertificate(first)
  if (!certificate.publicKey.equals(publicKey)) bad('key of certificate')
  const rotation = isV3 ? attributes.get(PROOF_OF_ROTATION) : undefined
  return {
    ...inner,
    certificate,
    attributes,
    digests: contentDigests(digests),
    lineage: rotation === undefined ? [] : readLineage(rotation, certificate),
  }
}

const ALL = { minSdk: 0, maxSdk: 0x7fffffff }

function verifySignatures(signed: Buffer, signatures: readonly [number, Buffer][], publicKey: Buffer): void {
  if (signatures.length === 0) bad('no signatures')
  let verified = 0
  const key = publicKeyOf(publicKey)
  for (const [id, signature] of signatures) {
    const algorithm = ALGORITHMS.get(id)
    if (algorithm === undefined) continue
    const isGood =
      fits(algorithm, key) && isSignedBy(key, algorithm.hash, signed, signature, algorithm.isPss ?? false)
    if (!isGood) bad('signature')
    verified++
  }
  if (verified === 0) throw apkRefused('unknown_signature')
}

/** Parts of an algorithm's id and a value with its length. */
function valuesById(bytes: Buffer): [number, Buffer][] {
  return listOf(bytes).map((one) => {
    const cursor = new Cursor(one)
    return [cursor.u32(), cursor.part()]
  })
}

function attributesOf(bytes: Buffer): Map<number, Buffer> {
  return new Map(
    listOf(bytes).map((one) => {
      const cursor = new Cursor(one)
      return [cursor.u32(), cursor.take(cursor.left)]
    }),
  )
}

function listOf(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (const part of new Cursor(bytes).parts()) {
    if (parts.length >= MOST_PARTS) bad('too many parts')
    parts.push(part)
  }
  return parts
}

const sameIds = (one: readonly [number, Buffer][], other: readonly [number, Buffer][]) =>
  one.map(([id]) => id).join() === other.map(([id]) => id).join()

function contentDigests(digests: readonly [number, Buffer][]): Signer['digests'] {
  return digests.flatMap(([id, value]) => {
    const algorithm = ALGORITHMS.get(id)
    return algorithm === undefined ? [] : [{ content: algorithm.content, value }]
  })
}

function bad(detail: string): never {
  throw apkRefused('bad_signature', detail)
}
