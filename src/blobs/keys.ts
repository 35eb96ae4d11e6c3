import { randomUUID } from 'node:crypto'
import { badKey } from './errors'

declare const brand: unique symbol

/** Where a blob lives: `sha256/ab/cd/<hash>` or `<room>/ab/<uuid>`. Opaque; never made of what a caller sent. */
export type BlobKey = string & { readonly [brand]: 'BlobKey' }

/** What is still coming lies here, out of reach of keys. */
export const INCOMING_PREFIX = 'incoming/'

const UUID_TAIL = '[0-9a-f]{6}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const CONTENT_KEY = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{2})\/\1\2[0-9a-f]{60}$/
const RANDOM_KEY = new RegExp(`^(?!sha256/|incoming/)[a-z][a-z0-9-]{0,39}/([0-9a-f]{2})/\\1${UUID_TAIL}$`)
const INCOMING_KEY = new RegExp(`^incoming/[0-9a-f]{2}${UUID_TAIL}$`)

/** Takes a key back from where it was kept. Anything but the two forms is `blob_bad_key`. */
export function checkKey(key: string): BlobKey {
  const checked = blobKeyOf(key)
  if (checked === undefined) throw badKey()
  return checked
}

/** The key that a name in a store is; undefined where it is none. */
export function blobKeyOf(name: string): BlobKey | undefined {
  return CONTENT_KEY.test(name) || RANDOM_KEY.test(name) ? (name as BlobKey) : undefined
}

/** Where content with this hash (lower-case hexadecimal) lives. */
export function contentKey(sha256: string): BlobKey {
  return checkKey(`sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`)
}

/** A key that tells nothing and never repeats, for what must not be addressed by content. */
export function randomKey(room: string): BlobKey {
  const id = randomUUID()
  return checkKey(`${room}/${id.slice(0, 2)}/${id}`)
}

/**
 * Packages and applications alone are given out by addresses of the store, to whoever was offered them. Key files, slips, logs
 * and licences go through this server, which knows who asks and writes down that they went.
 */
export function mayHaveAddress(key: BlobKey): boolean {
  return key.startsWith('files/')
}

/** Where a driver keeps an upload until it is complete. */
export function incomingKey(): string {
  return INCOMING_PREFIX + randomUUID()
}

/** Whether this store can have made the name: a bucket may be shared with others. */
export function isOwnName(name: string): boolean {
  return blobKeyOf(name) !== undefined || INCOMING_KEY.test(name)
}
