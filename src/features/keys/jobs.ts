import { and, asc, eq, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { checkKey } from '../../blobs/keys'
import type { Ctx } from '../../core/context'
import { inMutation, type MutationScope } from '../../core/verb'
import type { Job } from '../../jobs/schedule'
import { endLease } from './hand-over'
import { DELIVERABLE, type KeyFailure } from './lists'
import { type HeldFile, holdFile, moveFile, newOffer, purgeFile } from './moves'
import { keyFiles, keyObjects } from './tables'

const BATCH = 200
/** Files moved by one run, of each sort; the next run goes on a minute later. */
const MOST_AT_ONCE = 5_000
const MS_PER_DAY = 86_400_000
/** Longer no deposit takes between its bytes and its row. */
const LOST_AFTER_MS = 3_600_000

export const keyJobs: readonly Job[] = [
  {
    name: 'settle-key-files',
    schedule: '5 * * * * *',
    runsAtStart: true,
    async run(ctx, { signal }) {
      const now = ctx.clock.now()
      return {
        keysOutOfService: await each(ctx, signal, isOutOfService, endWithTerminal),
        // Before those that come again: what has run out is not offered any more.
        keysExpired: await each(ctx, signal, hasExpired(now), expire),
        keyLeasesEnded: await each(ctx, signal, hasEnded(now), endLease),
        keysOfferedAgain: await each(ctx, signal, isToBeRetried(now), offerAgain),
        keysPurged: await each(ctx, signal, isTooOld(ctx, now), purge),
      }
    },
  },
  {
    name: 'sweep-key-objects',
    schedule: '35 */5 * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => sweepObjects(ctx, signal),
  },
]

/** Neither at an end nor without bytes. */
const isHeld = and(
  isNull(keyFiles.purgedAt),
  inArray(keyFiles.state, ['unapproved', ...DELIVERABLE, 'failed']),
)

const isOutOfService = and(
  isHeld,
  sql`exists (select from terminals t where t.id = ${keyFiles.terminalId} and t.state in ('retired', 'revoked'))`,
)

const hasExpired = (now: Date) => and(isHeld, isNotNull(keyFiles.notAfter), lte(keyFiles.notAfter, now))

const hasEnded = (now: Date) =>
  and(
    inArray(keyFiles.state, [...DELIVERABLE]),
    or(lte(keyFiles.confirmBy, now), and(isNull(keyFiles.confirmBy), lte(keyFiles.leaseUntil, now))),
  )

const isToBeRetried = (now: Date) => and(eq(keyFiles.state, 'failed'), lte(keyFiles.retryAt, now))

const isTooOld = ({ settings }: Ctx, now: Date) =>
  and(
    eq(keyFiles.state, 'failed'),
    isNull(keyFiles.purgedAt),
    lte(keyFiles.stateAt, new Date(now.getTime() - settings.keys.retentionDays * MS_PER_DAY)),
  )

/**
 * Each file that the condition finds, in a transaction of its own, which judges again under the lock.
 * @returns how many were moved
 */
async function each(
  ctx: Ctx,
  signal: AbortSignal,
  condition: SQL | undefined,
  move: (scope: MutationScope, held: HeldFile) => Promise<boolean>,
): Promise<number> {
  let moved = 0
  let last: string | undefined
  while (moved < MOST_AT_ONCE && !signal.aborted) {
    const found = await ctx.db
      .select({ id: keyFiles.id, terminalId: keyFiles.terminalId })
      .from(keyFiles)
      .where(and(condition, last === undefined ? undefined : sql`${keyFiles.id} > ${last}`))
      .orderBy(asc(keyFiles.id))
      .limit(BATCH)
    for (const { id, terminalId } of found) {
      if (signal.aborted) return moved
      const isMoved = await inMutation(ctx, async (scope) => {
        const held = await holdFile(scope.db, terminalId, id, scope.clock.now())
        const isDone = held !== undefined && (await move(scope, held))
        if (!isDone) scope.nothingChanged()
        return isDone
      })
      if (isMoved) moved++
    }
    last = found.at(-1)?.id
    if (found.length < BATCH) break
  }
  return moved
}

/** Nobody is to have them any more, least of all who enrols next under the serial number (PCI PIN 24). */
async function endWithTerminal(scope: MutationScope, held: HeldFile): Promise<boolean> {
  const [found] = await scope.db
    .select({ id: keyFiles.id })
    .from(keyFiles)
    .where(and(eq(keyFiles.id, held.file.id), isOutOfService))
  if (found === undefined) return false
  const reason: KeyFailure = 'terminal_out_of_service'
  await moveFile(scope, held, { action: 'key.revoked', state: 'revoked', set: { reason }, said: { reason } })
  return true
}

async function expire(scope: MutationScope, held: HeldFile): Promise<boolean> {
  const { state, notAfter } = held.file
  const isAlive = state === 'unapproved' || state === 'failed' || DELIVERABLE.includes(state)
  if (!isAlive || notAfter === null || notAfter > scope.clock.now()) return false
  await moveFile(scope, held, { action: 'key.expired', state: 'expired' })
  return true
}

async function offerAgain(scope: MutationScope, held: HeldFile): Promise<boolean> {
  const now = scope.clock.now()
  const { state, retryAt, reoffers, purgedAt } = held.file
  if (state !== 'failed' || retryAt === null || retryAt > now || purgedAt !== null) return false
  await moveFile(scope, held, {
    action: 'key.offered_again',
    state: 'available',
    set: { ...newOffer(now), reoffers: reoffers + 1 },
  })
  return true
}

async function purge(scope: MutationScope, held: HeldFile): Promise<boolean> {
  const { state, purgedAt } = held.file
  if (state !== 'failed' || purgedAt !== null) return false
  await purgeFile(scope, held)
  return true
}

/** The blob first, then its row: what cannot be removed now stays listed. */
async function sweepObjects(ctx: Ctx, signal: AbortSignal): Promise<{ keyObjectsRemoved: number }> {
  const lostBefore = new Date(ctx.clock.now().getTime() - LOST_AFTER_MS).toISOString()
  let keyObjectsRemoved = 0
  for (let found = BATCH; found === BATCH && keyObjectsRemoved < MOST_AT_ONCE && !signal.aborted; ) {
    const rows = await ctx.db
      .select({ key: keyObjects.blobKey })
      .from(keyObjects)
      .where(
        sql`not exists (select from key_files where key_files.blob_key = ${keyObjects.blobKey})
          and (${keyObjects.endedAt} is not null or ${keyObjects.createdAt} < ${lostBefore}::timestamptz)`,
      )
      .limit(BATCH)
    for (const { key } of rows) {
      if (signal.aborted) break
      await ctx.blobs.delete(checkKey(key))
      await ctx.db.delete(keyObjects).where(eq(keyObjects.blobKey, key))
      keyObjectsRemoved++
    }
    found = rows.length
  }
  return { keyObjectsRemoved }
}
