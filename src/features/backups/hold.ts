import type { BlobStore } from '../../blobs/blob-store'
import type { BlobKey } from '../../blobs/keys'
import { type ConnectionTarget, connect, type RawSql } from '../../db/client'
import { backupUnderWay, holdLost } from './errors'

/** Held by the one who makes a backup, in a transaction of its own that sees nothing and so keeps nothing from being tidied up. */
const HOLD_LOCK = 7733040
/** Whoever only looks holds it for a moment. */
const TRIES = 20
const PAUSE_MS = 100
const ASK_EVERY_MS = 10_000

export interface BlobHold {
  /**
   * To be asked for when all is copied: whether nothing was deleted all the while.
   * @throws backup_hold_lost
   */
  confirm(): Promise<void>
  release(): Promise<void>
}

/**
 * From now on no server deletes a blob, until it is released or whoever holds it is gone. Servers let go of a blob in the
 * database first, and ask for the hold when that is committed: what a snapshot names that is taken under the hold stays.
 * @throws backup_under_way
 */
export async function holdBlobs(owner: ConnectionTarget): Promise<BlobHold> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-backup-hold' })
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let asking: NodeJS.Timeout | undefined
  let lost: unknown
  let confirm = async () => {}
  const held = new Promise<void>((resolve, reject) => {
    sql
      .begin(async (tx) => {
        await tx`set local idle_in_transaction_session_timeout = 0`
        for (let tries = 1; !(await tryLock(tx)); tries++) {
          if (tries === TRIES) throw backupUnderWay()
          await new Promise((next) => setTimeout(next, PAUSE_MS))
        }
        confirm = async () => void (await tx`select 1`)
        asking = setInterval(() => void confirm().catch((error) => (lost ??= error)), ASK_EVERY_MS)
        resolve()
        await released
      })
      .catch((error) => {
        lost ??= error
        reject(error)
      })
  })
  const end = async () => {
    clearInterval(asking)
    release()
    await sql.end({ timeout: 5 })
  }
  try {
    await held
  } catch (error) {
    await end()
    throw error
  }
  return {
    async confirm() {
      await confirm().catch((error) => (lost ??= error))
      if (lost !== undefined) throw holdLost(undefined, { cause: lost })
    },
    release: end,
  }
}

async function tryLock(tx: RawSql | Parameters<Parameters<RawSql['begin']>[1]>[0]): Promise<boolean> {
  const [row] = await tx<{ isHeld: boolean }[]>`select pg_try_advisory_xact_lock(${HOLD_LOCK}) as "isHeld"`
  return row?.isHeld ?? false
}

/** Whether blobs may be deleted at this moment. */
export async function mayDelete(sql: RawSql): Promise<boolean> {
  const [row] = await sql<{ isFree: boolean }[]>`
    select pg_try_advisory_xact_lock_shared(${HOLD_LOCK}) as "isFree"`
  return row?.isFree ?? false
}

/**
 * The same store, which deletes nothing while a backup is being made: what is to go is written down, and goes afterwards.
 * That is only for keys that never come again; those made of their content are not deleted by anybody.
 */
export function sparingBlobs(store: BlobStore, sql: RawSql): BlobStore {
  const deleteOrNote = async (key: BlobKey) => {
    if (await mayDelete(sql)) return store.delete(key)
    if (key.startsWith('sha256/')) throw backupUnderWay()
    await sql`
      insert into blob_deletions (blob_key) values (${key})
      on conflict (blob_key) do update set noted_at = clock_timestamp()`
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'delete') return deleteOrNote
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
