import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { apkRefused } from '../errors'

/** How the content of an APK is digested: in pieces of 1 MiB, or as a tree of 4 KiB (fs-verity). */
export type ContentDigest = 'sha256' | 'sha512' | 'verity'

export interface Algorithm {
  key: 'rsa' | 'ec' | 'dsa'
  hash: 'sha256' | 'sha512'
  isPss?: boolean
  content: ContentDigest
}

/** Signature algorithms by their ids (source.android.com, "APK Signature Scheme v2"). */
export const ALGORITHMS: ReadonlyMap<number, Algorithm> = new Map<number, Algorithm>([
  [0x0101, { key: 'rsa', hash: 'sha256', isPss: true, content: 'sha256' }],
  [0x0102, { key: 'rsa', hash: 'sha512', isPss: true, content: 'sha512' }],
  [0x0103, { key: 'rsa', hash: 'sha256', content: 'sha256' }],
  [0x0104, { key: 'rsa', hash: 'sha512', content: 'sha512' }],
  [0x0201, { key: 'ec', hash: 'sha256', content: 'sha256' }],
  [0x0202, { key: 'ec', hash: 'sha512', content: 'sha512' }],
  [0x0301, { key: 'dsa', hash: 'sha256', content: 'sha256' }],
  [0x0421, { key: 'rsa', hash: 'sha256', content: 'verity' }],
  [0x0423, { key: 'ec', hash: 'sha256', content: 'verity' }],
  [0x0425, { key: 'dsa', hash: 'sha256', content: 'verity' }],
])

/** A public key from its DER (SubjectPublicKeyInfo); `bad_signature` where it is none. */
export function publicKeyOf(der: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  } catch (error) {
    throw apkRefused('bad_signature', 'public key', { cause: error })
  }
}

/** Whether the signature over the bytes is of this key. */
export function isSignedBy(
  key: KeyObject,
  hash: string,
  bytes: Uint8Array,
  signature: Uint8Array,
  isPss = false,
): boolean {
  const padding = isPss
    ? {
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : {}
  try {
    return verify(hash, bytes, { key, ...padding }, signature)
  } catch {
    // What cannot even be looked at is no signature.
    return false
  }
}

const KEY_TYPES: Record<Algorithm['key'], readonly string[]> = {
  rsa: ['rsa', 'rsa-pss'],
  ec: ['ec'],
  dsa: ['dsa'],
}

export const fits = (algorithm: Algorithm, key: KeyObject) =>
  KEY_TYPES[algorithm.key].includes(key.asymmetricKeyType ?? '')
