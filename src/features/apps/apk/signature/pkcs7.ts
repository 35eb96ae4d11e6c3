import { createHash } from 'node:crypto'
import { isSignedBy, publicKeyOf } from './algorithms'
import { type Certificate, type Der, derAt, derList, membersOf, oidOf, readCertificate, TAG } from './der'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
/** RSA-PSS, which Android does not take here. */
const PSS = '1.2.840.113549.1.1.10'

const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/**
 * The certificate whose key has signed the content, by a detached PKCS #7 signature (RFC 2315 § 9) as JARs carry it.
 * Of several signers only the first counts, as for Androids before 7. Undefined where it has not signed this content.
 * Throws where it is no such signature.
 */
export function signerOf(pkcs7: Buffer, content: Buffer): Certificate | undefined {
  const [kind, wrapped] = membersOf(derAt(pkcs7))
  if (oidOf(kind) !== SIGNED_DATA) throw new Error('not signed data')
  const [signedData] = membersOf(wrapped, TAG.context0)
  const members = membersOf(signedData)
  const bag = members.find(({ tag }) => tag === TAG.context0)
  const certificates =
    bag === undefined ? [] : derList(bag.content).map(({ whole }) => readCertificate(whole))
  const contentType = oidOf(membersOf(members[2])[0])
  const [signer] = membersOf(members.at(-1), TAG.set)
  return findSigner(membersOf(signer), certificates, content, contentType)
}

function findSigner(
  parts: readonly Der[],
  certificates: readonly Certificate[],
  content: Buffer,
  contentType: string,
): Certificate | undefined {
  const [, who, digestAlgorithm, ...rest] = parts
  const attributes = rest[0]?.tag === TAG.context0 ? rest.shift() : undefined
  const [signatureAlgorithm, signature] = rest
  const hash = HASHES.get(oidOf(membersOf(digestAlgorithm)[0]))
  if (hash === undefined || signature?.tag !== TAG.octets) return undefined
  if (oidOf(membersOf(signatureAlgorithm)[0]) === PSS) return undefined
  const signed = attributes === undefined ? content : signedAttributes(attributes, hash, content, contentType)
  if (signed === undefined) return undefined
  // Its issuer may be written in another kind of string than in the certificate; the key is what counts.
  const [, serial] = membersOf(who)
  return certificates.find((one) => {
    if (serial?.content.equals(one.serial) !== true) return false
    const key = publicKeyOf(one.publicKey)
    const isTooNew = key.asymmetricKeyType === 'dsa' && NOT_WITH_DSA.includes(hash)
    return !isTooNew && isSignedBy(key, hash, signed, signature.content)
  })
}

/** No Android verifies these. */
const NOT_WITH_DSA = ['sha384', 'sha512']

/** Attributes are signed in place of the content, where they have its type and digest, each once; written as a set. */
function signedAttributes(
  attributes: Der,
  hash: string,
  content: Buffer,
  contentType: string,
): Buffer | undefined {
  const values = new Map<string, Der | undefined>()
  for (const attribute of derList(attributes.content)) {
    const [kind, value] = membersOf(attribute)
    if (values.has(oidOf(kind))) throw new Error('an attribute twice')
    values.set(oidOf(kind), membersOf(value, TAG.set)[0])
  }
  const digest = createHash(hash).update(content).digest()
  const type = values.get(CONTENT_TYPE)
  if (type === undefined || oidOf(type) !== contentType) return undefined
  if (values.get(MESSAGE_DIGEST)?.content.equals(digest) !== true) return undefined
  const signed = Buffer.from(attributes.whole)
  signed.writeUInt8(TAG.set)
  return signed
}
