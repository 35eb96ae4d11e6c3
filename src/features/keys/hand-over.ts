import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { failure, isFailure } from '../../core/errors'
import { inMutation, type MutationScope } from '../../core/verb'
import type { Database } from '../../db/client'
import { afterLease, judgeFetch } from './decide'
import { keyFileUnreadable } from './errors'
import { DELIVERABLE } from './lists'
import {
  alarmed,
  factsOf,
  type HeldFile,
  holdFile,
  type KeyFileRow,
  lockLoad,
  moveFile,
  moveOf,
  serialOf,
  subjectOf,
} from './moves'
import { openKeyFile } from './objects'
import { isContradicted } from './proof'
import { keyFiles, keyLoads } from './tables'

export const noKeys = failure('not_found', 'no_keys', 'There are no keys for this terminal to fetch now.')

/** A person has to look first. */
const UNREADABLE_RETRY_SECONDS = 300
/** What openKeyFile says of bytes that are gone, changed, or sealed under a key that is not there. */
const UNREADABLE = new Set(['key_file_unreadable', 'wrapping_key_unknown', 'wrapped_key_unreadable'])

/** Which file goes out, and under which offer. */
export type HandedOver = Pick<KeyFileRow, 'id' | 'offerId' | 'sha256' | 'sizeBytes'>

/**
 * Hands the bytes of a key file to the terminal it was deposited for. The fetch is counted, and the lease begun, in a
 * transaction that ends before a byte is read: whatever becomes of the process, it counts.
 * @param fileId without one the terminal's current file; where there is none, that keys are requested is kept
 * @throws no_keys alike for what is unknown, another terminal's, purged, not on offer, or out of its lease;
 *   key_file_unreadable where the bytes are not those of the deposit
 */
export async function fetchKeys(
  ctx: Ctx,
  terminalId: string,
  fileId: string | undefined,
): Promise<{ file: HandedOver; bytes: Buffer }> {
  const found = await findOnOffer(ctx.db, terminalId, fileId)
  if (found === undefined && fileId === undefined) await noteRequest(ctx, terminalId)
  if (found === undefined) throw noKeys()
  const file = await inMutation(ctx, (scope) => countFetch(scope, terminalId, found.id))
  if (file === undefined) throw noKeys()
  return { file, bytes: await openBytes(ctx, file) }
}

/** What `fetchKeys` would hand over, without counting and keeping anything. */
export async function peekKeys(
  ctx: Ctx,
  terminalId: string,
  fileId: string | undefined,
): Promise<HandedOver> {
  const file = await findOnOffer(ctx.db, terminalId, fileId)
  const [load] = await ctx.db.select().from(keyLoads).where(eq(keyLoads.terminalId, terminalId))
  if (file === undefined || load === undefined || !judgeFetch(file, load, ctx.clock.now()).may) throw noKeys()
  return file
}

/** The last byte is on its way to the terminal. Nothing where the file has moved on meanwhile. */
export async function noteDelivered(ctx: Ctx, terminalId: string, sent: HandedOver): Promise<void> {
  await inMutation(ctx, async (scope) => {
    const held = await holdFile(scope.db, terminalId, sent.id, scope.clock.now())
    const isAwaited = held?.file.state === 'available' || held?.file.state === 'offered'
    if (held === undefined || !isAwaited || held.file.offerId !== sent.offerId) return scope.nothingChanged()
    await moveFile(scope, held, { action: 'key.delivered', state: 'delivered' })
  })
}

/** Ends a lease, or the wait for a proof, whose time is over, in the scope's transaction. False: it is not. */
export async function endLease(scope: MutationScope, held: HeldFile): Promise<boolean> {
  const now = scope.clock.now()
  const { file } = held
  const hasOthers = file.confirmBy !== null && (await isContradicted(scope.db, file))
  const outcome = afterLease(file, held.load, now, hasOthers)
  if (outcome !== null) await moveFile(scope, held, moveOf(outcome, now))
  return outcome !== null
}

async function findOnOffer(
  db: Database,
  terminalId: string,
  fileId: string | undefined,
): Promise<KeyFileRow | undefined> {
  const [file] = await db
    .select()
    .from(keyFiles)
    .where(
      and(
        eq(keyFiles.terminalId, terminalId),
        inArray(keyFiles.state, [...DELIVERABLE]),
        fileId === undefined ? undefined : eq(keyFiles.id, fileId),
      ),
    )
    .orderBy(desc(keyFiles.sequence))
    .limit(1)
  return file
}

async function countFetch(
  scope: MutationScope,
  terminalId: string,
  fileId: string,
): Promise<KeyFileRow | undefined> {
  const { db } = scope
  const now = scope.clock.now()
  scope.nothingChanged()
  let held = await holdFile(db, terminalId, fileId, now)
  // The beat that ends leases may be a minute away: a terminal that comes back in time is not to wait for it.
  if (held !== undefined && (await endLease(scope, held))) held = await holdFile(db, terminalId, fileId, now)
  if (held === undefined) return undefined
  const { file, load, serial } = held
  const verdict = judgeFetch(file, load, now)
  if (!verdict.may) return undefined
  const leaseFetches = verdict.isNew ? 1 : file.leaseFetches + 1
  const { leaseUntil } = verdict
  const firstFetchedAt = file.firstFetchedAt ?? now
  await db.update(keyFiles).set({ leaseUntil, leaseFetches, firstFetchedAt }).where(eq(keyFiles.id, file.id))
  scope.audit({
    action: 'key.fetched',
    subject: subjectOf(file, serial),
    after: { ...factsOf(file), fetch: leaseFetches, leaseUntil: leaseUntil.toISOString() },
  })
  scope.changed({ topic: 'terminal', subjectId: terminalId })
  return { ...file, leaseUntil, leaseFetches, firstFetchedAt }
}

async function openBytes(ctx: Ctx, file: KeyFileRow): Promise<Buffer> {
  try {
    return await openKeyFile(ctx, file)
  } catch (error) {
    const code = isFailure(error) ? error.code : ''
    // Ended in the moment between: as if it had been before.
    if (code === 'key_file_purged') throw noKeys(undefined, { cause: error })
    if (!UNREADABLE.has(code)) throw error
    ctx.log.error('key_file_unreadable', { fileId: file.id, reason: code })
    await noteUnreadable(ctx, file, code)
    throw keyFileUnreadable({ retryAfterSeconds: UNREADABLE_RETRY_SECONDS }, { cause: error })
  }
}

async function noteUnreadable(ctx: Ctx, file: KeyFileRow, reason: string): Promise<void> {
  const { terminalId } = file
  await inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    await lockLoad(scope.db, terminalId, now)
    await scope.db
      .update(keyLoads)
      .set(alarmed('file_unreadable', now))
      .where(eq(keyLoads.terminalId, terminalId))
    const serial = await serialOf(scope.db, terminalId)
    scope.audit({
      action: 'key.unreadable',
      subject: subjectOf(file, serial),
      after: { ...factsOf(file), reason },
    })
    scope.changed({ topic: 'terminal', subjectId: terminalId })
  })
}

/** Keeps that the terminal has asked in vain, once until the next deposit. */
async function noteRequest(ctx: Ctx, terminalId: string): Promise<void> {
  if (!(await isNewRequest(ctx.db, terminalId))) return
  await inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    await lockLoad(scope.db, terminalId, now)
    if (!(await isNewRequest(scope.db, terminalId))) return scope.nothingChanged()
    await scope.db.update(keyLoads).set({ requestedAt: now }).where(eq(keyLoads.terminalId, terminalId))
    scope.audit({
      action: 'key.requested',
      subject: { kind: 'terminal', id: terminalId, label: await serialOf(scope.db, terminalId) },
      after: { keysRequested: true },
    })
    scope.changed({ topic: 'terminal', subjectId: terminalId })
  })
}

/** False where it is known already, and where a file is there that needs time or an approval, not a deposit. */
async function isNewRequest(db: Database, terminalId: string): Promise<boolean> {
  const [row] = await db.execute<{ isNew: boolean }>(sql`
    select not exists (select from key_loads where terminal_id = ${terminalId} and requested_at is not null)
      and not exists (select from key_files where terminal_id = ${terminalId}
        and (state in ('unapproved', 'available', 'offered', 'delivered') or retry_at is not null)) as "isNew"`)
  return row?.isNew === true
}
