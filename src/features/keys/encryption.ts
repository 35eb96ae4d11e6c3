import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Settings } from '../../config'
import type { WrappingKey } from '../../config-values'
import type { KeyEncryption } from '../../core/key-encryption'
import { wrappedKeyUnreadable, wrappingKeyUnknown } from './errors'
import { readWrappingKeys } from './wrapping-keys'

const IV_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/**
 * Wrapping by keys of this machine: AES-256-GCM (NIST SP 800-38D), the context and the wrapping key's id as additional
 * data. The keys are read again for each new data key, and whenever one is asked for that is not known: a rotation beside
 * the running server needs no restart.
 */
export function createKeyEncryption(settings: Settings): KeyEncryption {
  let known = new Map<string, WrappingKey>()
  const read = async (): Promise<WrappingKey> => {
    const keys = await readWrappingKeys(settings)
    known = new Map(keys.map((one) => [one.id, one]))
    return keys[0] as WrappingKey
  }
  const find = async (id: string): Promise<WrappingKey> => {
    if (!known.has(id)) await read()
    const found = known.get(id)
    if (found === undefined) throw wrappingKeyUnknown({ values: { wrappingKey: id } })
    return found
  }
  return {
    async activeId() {
      return (await read()).id
    },
    async wrap(dataKey, context) {
      const { id, key } = await read()
      return { wrappingKey: id, wrapped: seal(key, dataKey, aadOf(id, context)) }
    },
    async unwrap({ wrappingKey, wrapped }, context) {
      const { key } = await find(wrappingKey)
      try {
        return open(key, wrapped, aadOf(wrappingKey, context))
      } catch (error) {
        throw wrappedKeyUnreadable(undefined, { cause: error })
      }
    },
  }
}

const aadOf = (id: string, context: string) => Buffer.from(`psmanager key 1\0${id}\0${context}`)

/**
 * AES-256-GCM: IV, tag and ciphertext behind one another.
 * @param key 32 bytes
 * @param aad what is bound in without being in it
 */
export function seal(key: Buffer, bytes: Uint8Array, aad: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(aad)
  const sealed = cipher.update(bytes)
  const end = cipher.final()
  return Buffer.concat([iv, cipher.getAuthTag(), sealed, end])
}

/** What `seal` has made; throws where it was changed, or is of another key or context. */
export function open(key: Buffer, sealed: Buffer, aad: Buffer): Buffer {
  const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(aad)
    .setAuthTag(tag)
  const bytes = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES))
  decipher.final()
  return bytes
}
