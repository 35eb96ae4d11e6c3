import path from 'node:path'
import type { Settings } from '../../../config'
import { readSecretFile } from '../../../core/secret-file'
import { printOf } from '../../../core/secret-print'
import { printWrappingKeys } from '../../../features/keys'
import { authSecret } from '../../../server/auth-secret'
import { BackupError } from './errors'
import type { Manifest } from './manifest'

type Prints = Manifest['secrets']

/**
 * What the secrets of this installation are known again by.
 * @param needed wrapping keys under which there is something
 */
export async function printSecrets(settings: Settings, needed: readonly string[]): Promise<Prints> {
  const keys = needed.length === 0 ? [] : await printWrappingKeys(settings)
  return {
    authSecret: printOf(await authSecret(settings)),
    wrappingKeys: needed.map((id) => ({ id, print: keys.find((one) => one.id === id)?.print ?? null })),
  }
}

/** What of the secrets that a backup needs is not there, in words. Nothing is made on the way. */
export async function missingSecrets(settings: Settings, needed: Prints): Promise<string[]> {
  const missing: string[] = []
  const file = (name: string) => path.join(settings.storage.directory, 'secrets', name)
  const secret = settings.signIn.secret ?? (await readSecretFile(file('auth-secret')))
  if (secret === undefined || printOf(secret) !== needed.authSecret)
    missing.push(
      `${secret === undefined ? 'no' : 'another'} AUTH_SECRET (or secrets/auth-secret): second factors and the secrets of webhooks could not be opened`,
    )
  const isThere =
    settings.keys.wrappingKeys !== undefined ||
    (await readSecretFile(file('key-wrapping-keys'))) !== undefined
  const keys = isThere ? await printWrappingKeys(settings) : []
  for (const { id, print } of needed.wrappingKeys) {
    // It was not there either when the backup was made.
    if (print === null) continue
    const found = keys.find((one) => one.id === id)
    if (found?.print !== print)
      missing.push(
        `${found === undefined ? 'no' : 'another'} wrapping key ${id} (KEY_WRAPPING_KEYS or secrets/key-wrapping-keys): key files under it could not be opened`,
      )
  }
  return missing
}

/** @throws BackupError */
export async function requireSecrets(settings: Settings, needed: Prints): Promise<void> {
  const missing = await missingSecrets(settings, needed)
  if (missing.length === 0) return
  throw new BackupError(
    'secrets_missing',
    `There is ${missing.join('; and ')}. Put the folder secrets of the installation into ${settings.storage.directory} first, or set them; --without-secrets restores the rest.`,
  )
}
