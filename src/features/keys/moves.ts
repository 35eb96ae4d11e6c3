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

/** Columns of a file whose bytes are destroyed. */
const WITHOUT_BYTES = { blobKey: null, wrappingKey: null, wrappedKey: null }

/**
 * Locks what is known of a terminal's keys until the end of the transaction; makes it where nothing was. Whoever changes a
 * key file takes this lock first, so that of two at once the second sees what the first has done. The terminal itself is
 * held before, as a plan holds it before it comes here: rows that refer to it would ask for it later, and meet the plan.
 */
export async function lockLoad(db: Database, terminalId: string, now: Date): Promise<KeyLoadRow> {
  await db.execute(sql`select from terminals where id = ${terminalId} for key share`)
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

/** A file with what is known of its terminal, all locked. */
export interface HeldFile {
  file: KeyFileRow
  load: KeyLoadRow
  serial: string
}

/** The terminal's file of this id with everything that a move asks for, locked; undefined where it has none. */
export async function holdFile(
  db: Database,
  terminalId: string,
  fileId: string,
  now: Date,
): Promise<HeldFile | undefined> {
  const load = await lockLoad(db, terminalId, now)
  const file = await lockFile(db, terminalId, fileId)
  if (file === undefined) return undefined
  return { file, load, serial: await serialOf(db, terminalId) }
}

/** What the audit calls a terminal. */
export async function serialOf(db: Database, terminalId: string): Promise<string> {
  const [row] = await db.execute<{ serial: string }>(
    sql`select serial from terminals where id = ${terminalId}`,
  )
  return row?.serial ?? ''
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
  const isPurged = isEnd && file.blobKey !== null
  if (file.blobKey !== null && isEnd) await endObject(db, file.blobKey, now)
  const purged = isEnd
    ? { ...WITHOUT_BYTES, purgedAt: file.purgedAt ?? now, retryAt: null, confirmBy: null }
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
    after: { state: move.state, ...factsOf(file), ...(isPurged ? { isPurged } : {}), ...move.said },
  })
  scope.changed({ topic: 'terminal', subjectId: file.terminalId })
}

/** Destroys the bytes of a file that stays what it is, in the scope's transaction. Ask for the lock of its load first. */
export async function purgeFile(
  scope: MutationScope,
  { file, serial }: Pick<HeldFile, 'file' | 'serial'>,
): Promise<void> {
  if (file.blobKey === null) return
  const now = scope.clock.now()
  await endObject(scope.db, file.blobKey, now)
  await scope.db
    .update(keyFiles)
    .set({ ...WITHOUT_BYTES, purgedAt: now, retryAt: null })
    .where(eq(keyFiles.id, file.id))
  scope.audit({
    action: 'key.purged',
    subject: subjectOf(file, serial),
    after: { ...factsOf(file), isPurged: true },
  })
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
    set: { reason, retryAt, confirmBy: null },
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
  confirmBy: null,
  reason: null,
})

export const alarmed = (alarm: KeyAlarm, now: Date) => ({ alarm, alarmAt: now })

async function endObject(db: Database, blobKey: string, now: Date): Promise<void> {
  await db.update(keyObjects).set({ endedAt: now }).where(eq(keyObjects.blobKey, blobKey))
}
