import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { failure } from './errors'

/**
 * Keeps secrets that must be read again, such as those that sign messages: sealed by AES-256-GCM (NIST SP 800-38D) under a
 * key that HKDF-SHA-256 (RFC 5869) derives from the server's secret. A database alone gives none of them away.
 */
export interface Vault {
  /** @param owner whose secret it is: what is sealed for one cannot be opened as another's. */
  seal(secret: string, owner: string): Promise<Buffer>
  /** @throws sealed_unreadable where it was changed, belongs to another, or the server's secret is not the same any more. */
  open(sealed: Buffer, owner: string): Promise<string>
  /**
   * HMAC-SHA-256 under the same key, for what is only compared and could be guessed: a hash of it would give it away.
   * @param purpose what is compared for one is not comparable with what is for another
   */
  mac(value: Uint8Array, purpose: string): Promise<Buffer>
}

export const sealedUnreadable = failure(
  'unavailable',
  'sealed_unreadable',
  'A sealed secret cannot be opened: AUTH_SECRET is another one than when it was sealed.',
)

const FORMAT = 1
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = 'psmanager vault 1'

/** @param serverSecret asked once, with the first use: a program that seals nothing needs none. */
export function createVault(serverSecret: () => Promise<string>): Vault {
  let known: Promise<Buffer> | undefined
  const key = () => {
    known ??= serverSecret().then((secret) =>
      Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), PURPOSE, KEY_BYTES)),
    )
    return known
  }
  return {
    async seal(secret, owner) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', await key(), iv).setAAD(Buffer.from(owner))
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(FORMAT), iv, cipher.getAuthTag(), sealed])
    },
    async mac(value, purpose) {
      return createHmac('sha256', await key())
        .update(`mac ${purpose}\0`)
        .update(value)
        .digest()
    },
    async open(sealed, owner) {
      const iv = sealed.subarray(1, 1 + IV_BYTES)
      const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES)
      if (sealed[0] !== FORMAT || tag.length < TAG_BYTES) throw sealedUnreadable()
      const keyBytes = await key()
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyBytes, iv)
          .setAAD(Buffer.from(owner))
          .setAuthTag(tag)
        const text = decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch (error) {
        throw sealedUnreadable(undefined, { cause: error })
      }
    },
  }
}
