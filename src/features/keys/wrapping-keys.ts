import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Settings } from '../../config'
import { parseWrappingKeys, type WrappingKey } from '../../config-values'
import { createSecretFile, readSecretFile, replaceSecretFile } from '../../core/secret-file'
import { printOf } from '../../core/secret-print'
import { wrappingKeysBroken } from './errors'

const KEY_BYTES = 32

/** Where the wrapping keys are kept when the settings give none; every server of one database needs the same file. */
function fileOf({ storage }: Settings): string {
  return path.join(storage.directory, 'secrets', 'key-wrapping-keys')
}

/**
 * The wrapping keys of this moment, the active one first: those of the settings, else those of the file, which is made
 * with the first use.
 * @throws wrapping_keys_broken
 */
export async function readWrappingKeys(settings: Settings): Promise<WrappingKey[]> {
  if (settings.keys.wrappingKeys !== undefined) return settings.keys.wrappingKeys
  const file = fileOf(settings)
  const known = await readSecretFile(file)
  if (known !== undefined) return parseFile(known)
  await createSecretFile(file, written(newWrappingKey(new Date())))
  return parseFile((await readSecretFile(file)) ?? '')
}

/**
 * By what the wrapping keys of this moment are known again, the active one first.
 * @throws wrapping_keys_broken
 */
export async function printWrappingKeys(settings: Settings): Promise<{ id: string; print: string }[]> {
  const keys = await readWrappingKeys(settings)
  return keys.map(({ id, key }) => ({ id, print: printOf(key) }))
}

/** Puts other wrapping keys into the file, the active one first. */
export async function writeWrappingKeys(settings: Settings, keys: readonly WrappingKey[]): Promise<void> {
  await replaceSecretFile(fileOf(settings), keys.map(written).join('\n'))
}

/** A wrapping key that nobody has had: its id says when it was made. */
export function newWrappingKey(now: Date): WrappingKey {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return { id: `${day}-${randomBytes(4).toString('hex')}`, key: randomBytes(KEY_BYTES) }
}

const written = ({ id, key }: WrappingKey) => `${id}:${key.toString('base64')}`

function parseFile(text: string): WrappingKey[] {
  const keys = parseWrappingKeys(text)
  if (keys === undefined) throw wrappingKeysBroken()
  return keys
}
