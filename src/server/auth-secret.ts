import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Settings } from '../config'
import { createSecretFile, readSecretFile } from '../core/secret-file'

const SECRET_BYTES = 32

/**
 * The secret that signs session cookies and encrypts second factors: AUTH_SECRET, else one that is made with the first
 * start and kept in the storage folder, readable by the server's user alone.
 */
export async function authSecret({ signIn, storage }: Settings): Promise<string> {
  if (signIn.secret !== undefined) return signIn.secret
  const file = path.join(storage.directory, 'secrets', 'auth-secret')
  const known = await readSecret(file)
  if (known !== undefined) return known
  await createSecretFile(file, randomBytes(SECRET_BYTES).toString('base64url'))
  const made = await readSecret(file)
  if (made === undefined) throw new Error(`${file} could not be made.`)
  return made
}

async function readSecret(file: string): Promise<string | undefined> {
  const text = await readSecretFile(file)
  if (text !== undefined && text.length < SECRET_BYTES)
    throw Object.assign(new Error(`${file} is too short to be a secret: restore it from a backup.`), {
      code: 'auth_secret_broken',
    })
  return text
}
