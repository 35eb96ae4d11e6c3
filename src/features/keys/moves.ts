import { eq, sql } from 'drizzle-orm'
import { newId } from '../../core/ids'
import type { MutationScope } from '../../core/verb'
import type { Database } from '../../db/client'
import type { Outcome } from './decide'
import type { KeyAlarm, KeyFileState } from './lists'
import { keyFiles, keyLoads, keyObjects } from './tables'

export type KeyFileRow = typeof keyFiles.$inferSelect
export type KeyLoadRow = typeof keyLoads.$inferSelect

/** Ends of which nothing is sent ever again: the bytes go with the move. */
const ENDS: readonly KeyFileState[] = ['installed', 'expired', 'superseded', 'revoked']

/**
 * Locks what is known of a terminal's keys until the end of the transaction; makes it where nothing was. Whoever changes a
 * key file takes this lock first, so that of two at once the second sees what the first has done.
 */
export async function lockLoad(db: Database, terminalId: string, now: Date): Promise<KeyLoadRow> {
  await db.insert(keyLoads).values({ terminalId, state: 'none', stateAt: now }).onConflictDoNothing()
  const [row] = await db.select().from(keyLoads).where(eq(keyLoads.terminalId, terminalId)).for('update')
  if (row === undefined) throw new Error('A row that was just made is not there.')
  return row
}

/** The terminal's file of this id, locked. Ask for the lock of its load first. */
export async function lockFile(
  db: Database,
  terminalId: string,
  fileId: string,
): Promise<KeyFileRow | undefined> {
  const [row] = await db
    .select()
    .from(keyFiles)
    .where(sql`${keyFiles.id} = ${fileId} and ${keyFiles.terminalId} = ${terminalId}`)
    .for('update')
  return row
}

export interface Move {
  /** `key.installed` and the like: the name of the audit row. */
  action: string
  state: KeyFileState
  /** Further columns of the file. */
  set?: Partial<typeof keyFiles.$inferInsert>
  /** Further columns of the terminal's row. */
  load?: Partial<typeof keyLoads.$inferInsert>
  /** What else the audit row says; never bytes. */
  said?: Record<string, unknown>
}

/**
 * Moves a file to another state, in the scope's transaction: the file, the terminal's row where it is its newest file, the
 * audit row; at an end the data key is destroyed and the object given to the sweep (see jobs.ts).
 * @param load locked by `lockLoad`
 */
export async function moveFile(
  scope: MutationScope,
  { file, load, serial }: { file: KeyFileRow; load: KeyLoadRow; serial: string },
  move: Move,
): Promise<void> {
  const { db } = scope
  const now = scope.clock.now()
  const isEnd = ENDS.includes(move.state)
  if (isEnd && file.blobKey !== null) await endObject(db, file.blobKey, now)
  const purged = isEnd
    ? { blobKey: null, wrappingKey: null, wrappedKey: null, purgedAt: file.purgedAt ?? now, retryAt: null }
    : {}
  await db
    .update(keyFiles)
    .set({ state: move.state, stateAt: now, ...move.set, ...purged })
    .where(eq(keyFiles.id, file.id))
  const ofNewest = load.fileId === file.id ? { state: move.state, stateAt: now } : {}
  const changed = { ...ofNewest, ...move.load }
  if (Object.keys(changed).length > 0)
    await db.update(keyLoads).set(changed).where(eq(keyLoads.terminalId, file.terminalId))
  scope.audit({
    action: move.action,
    subject: subjectOf(file, serial),
    before: { state: file.state },
    after: { state: move.state, ...factsOf(file), ...move.said },
  })
  scope.changed({ topic: 'terminal', subjectId: file.terminalId })
}

/** What the audit calls a key file. */
export function subjectOf(file: { id: string; sequence: number }, serial: string) {
  return { kind: 'key-file', id: file.id, label: `${serial} #${file.sequence}` }
}

/** What every audit row of a key file says of it. */
export function factsOf(file: Pick<KeyFileRow, 'sequence' | 'sha256' | 'slots'>): Record<string, unknown> {
  const kcvs = file.slots.flatMap(({ slot, kcv }) => (kcv === null ? [] : [`${slot} ${kcv}`]))
  return { sequence: file.sequence, sha256: file.sha256, ...(kcvs.length > 0 ? { kcvs } : {}) }
}

/** The move that an outcome of decide.ts asks for. */
export function moveOf(outcome: Outcome, now: Date): Move {
  if (outcome.state === 'installed')
    return { action: 'key.installed', state: 'installed', load: { failures: 0 } }
  if (outcome.state === 'available')
    return {
      action: 'key.offered_again',
      state: 'available',
      set: { ...newOffer(now), reoffers: outcome.reoffers },
    }
  const { reason, failures, retryAt, suspends, alarm } = outcome
  return {
    action: 'key.failed',
    state: 'failed',
    set: { reason, retryAt },
    load: {
      failures,
      ...(suspends ? { suspendedAt: now } : {}),
      ...(alarm === null ? {} : alarmed(alarm, now)),
    },
    said: { reason, ...(suspends ? { isSuspended: true } : {}) },
  }
}

/** Columns of a file that is offered anew: under a new number, without a lease. */
export const newOffer = (now: Date) => ({
  offerId: newId(now.getTime()),
  leaseUntil: null,
  leaseFetches: 0,
  retryAt: null,
})

export const alarmed = (alarm: KeyAlarm, now: Date) => ({ alarm, alarmAt: now })

async function endObject(db: Database, blobKey: string, now: Date): Promise<void> {
  await db.update(keyObjects).set({ endedAt: now }).where(eq(keyObjects.blobKey, blobKey))
}
