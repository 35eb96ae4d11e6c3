import { hash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { eq, sql } from 'drizzle-orm'
import { type BlobKey, checkKey, randomKey } from '../../blobs/keys'
import type { Ctx } from '../../core/context'
import type { KeyEncryption, WrappedKey } from '../../core/key-encryption'
import type { Database, RawSql } from '../../db/client'
import { open, seal } from './encryption'
import { keyFilePurged, keyFileUnreadable } from './errors'
import type { KeyFileRow } from './moves'
import { keyFiles, keyObjects } from './tables'

const DATA_KEY_BYTES = 32
const FORMAT = 1
const WRAPPING_LOCK = 7733031

/** What the bytes of a file are bound to: opened for another terminal, or as another file, they are noise. */
export interface Binding {
  id: string
  terminalId: string
  sha256: string
}

export interface SealedFile {
  blobKey: BlobKey
  /** Of this file alone; overwritten by who has it. */
  dataKey: Buffer
}

/**
 * Seals the bytes under a data key of their own and puts them into the blob store. The object has its row, committed, before
 * it has a byte: whatever becomes of the process, the sweep finds it (jobs.ts).
 */
export async function sealKeyFile(
  ctx: Pick<Ctx, 'db' | 'blobs' | 'clock'>,
  file: Binding,
  bytes: Uint8Array,
): Promise<SealedFile> {
  const blobKey = randomKey('keys')
  const dataKey = randomBytes(DATA_KEY_BYTES)
  try {
    const sealed = Buffer.concat([Buffer.of(FORMAT), seal(dataKey, bytes, bindingOf(file))])
    await ctx.db.insert(keyObjects).values({
      blobKey,
      sizeBytes: sealed.length,
      sha256: hash('sha256', sealed, 'hex'),
      createdAt: ctx.clock.now(),
    })
    await ctx.blobs.put(blobKey, chunkOf(sealed), { maxBytes: sealed.length })
    return { blobKey, dataKey }
  } catch (error) {
    dataKey.fill(0)
    throw error
  }
}

/**
 * Wraps a data key for a row that the same transaction writes. A rotation waits until that has ended, so that no row
 * comes under a wrapping key that is being put away.
 */
export async function wrapForRow(
  { db, keyEncryption }: { db: Database; keyEncryption: KeyEncryption },
  file: Binding,
  dataKey: Buffer,
): Promise<WrappedKey> {
  await db.execute(sql`select pg_advisory_xact_lock_shared(${WRAPPING_LOCK})`)
  return keyEncryption.wrap(dataKey, contextOf(file))
}

/** To the end of the transaction nobody wraps; those who have are done. */
export async function lockWrapping(db: Database): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${WRAPPING_LOCK})`)
}

/** Those of some wrapping keys under which there is a data key. */
export async function wrappingKeysInUse(db: RawSql, ids: readonly string[]): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    select k.id from unnest(${ids as string[]}::text[]) as k (id)
    where exists (select from key_files f where f.wrapping_key = k.id and f.wrapped_key is not null)`
  return rows.map(({ id }) => id)
}

type Openable = Pick<
  KeyFileRow,
  'id' | 'terminalId' | 'sha256' | 'sizeBytes' | 'blobKey' | 'wrappingKey' | 'wrappedKey'
>

/**
 * The bytes of a file as they were deposited: opened, and compared with the SHA-256 of then.
 * @throws key_file_purged, key_file_unreadable, wrapping_key_unknown, wrapped_key_unreadable
 */
export async function openKeyFile(
  ctx: Pick<Ctx, 'db' | 'blobs' | 'keyEncryption'>,
  file: Openable,
): Promise<Buffer> {
  if (file.blobKey === null) throw keyFilePurged()
  const sealed = await readObject(ctx, checkKey(file.blobKey), file.sizeBytes)
  const dataKey = await dataKeyOf(ctx, file)
  try {
    const bytes = openSealed(dataKey, sealed, file)
    if (bytes === undefined || hash('sha256', bytes, 'hex') !== file.sha256) throw keyFileUnreadable()
    return bytes
  } finally {
    dataKey.fill(0)
  }
}

async function readObject({ blobs }: Pick<Ctx, 'blobs'>, key: BlobKey, sizeBytes: number): Promise<Buffer> {
  try {
    const { stream } = await blobs.open(key, { endInclusive: sizeBytes + MOST_MORE_BYTES })
    return await buffer(stream)
  } catch (error) {
    if ((error as { code?: string }).code !== 'blob_not_found') throw error
    throw keyFileUnreadable(undefined, { cause: error })
  }
}

/** Format, IV and tag are less. */
const MOST_MORE_BYTES = 64

/** A rotation may have wrapped it anew since the row was read: then the row is read again. */
async function dataKeyOf(ctx: Pick<Ctx, 'db' | 'keyEncryption'>, file: Openable): Promise<Buffer> {
  try {
    return await unwrap(ctx, file, file)
  } catch (error) {
    if ((error as { code?: string }).code !== 'wrapping_key_unknown') throw error
    const [row] = await ctx.db
      .select({ wrappingKey: keyFiles.wrappingKey, wrappedKey: keyFiles.wrappedKey })
      .from(keyFiles)
      .where(eq(keyFiles.id, file.id))
    if (row === undefined) throw keyFilePurged()
    if (row.wrappingKey === file.wrappingKey) throw error
    return unwrap(ctx, file, row)
  }
}

function unwrap(
  { keyEncryption }: Pick<Ctx, 'keyEncryption'>,
  file: Binding,
  { wrappingKey, wrappedKey }: Pick<KeyFileRow, 'wrappingKey' | 'wrappedKey'>,
): Promise<Buffer> {
  if (wrappingKey === null || wrappedKey === null) throw keyFilePurged()
  return keyEncryption.unwrap({ wrappingKey, wrapped: wrappedKey }, contextOf(file))
}

function openSealed(dataKey: Buffer, sealed: Buffer, file: Binding): Buffer | undefined {
  if (sealed[0] !== FORMAT) return undefined
  try {
    return open(dataKey, sealed.subarray(1), bindingOf(file))
  } catch {
    return undefined
  }
}

/** What the data key of a file is wrapped for. */
export const contextOf = ({ id, terminalId, sha256 }: Binding) => `${terminalId}/${id}/${sha256}`

const bindingOf = (file: Binding) => Buffer.from(`psmanager key file 1\0${contextOf(file)}`)

async function* chunkOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
