import { and, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName } from '../../../core/context'
import { newId } from '../../../core/ids'
import { decodeCursor, type Page, toPage } from '../../../core/paging'
import { maskText } from '../../../core/pan-guard'
import { mutation, query } from '../../../core/verb'
import { merchantNotFound, outsideYourLimits } from '../../terminals'
import { holdNotFound, holdReleased } from './errors'
import { seesFiles } from './files'
import { HoldInput, HoldPageInput, HoldRef, type HoldView } from './schemas'
import { eslipHolds, type HoldRow } from './tables'

/** The newest first; none for who may not see all slips. */
export const listHolds = query(
  { permission: 'eslips:hold', input: HoldPageInput },
  async (ctx, { cursor, limit, isOpen }): Promise<Page<HoldView>> => {
    if (!seesFiles(ctx)) return { items: [], nextCursor: null }
    const [below] = cursor === undefined ? [] : decodeCursor(cursor, z.tuple([z.uuid()]))
    const rows = await ctx.db
      .select()
      .from(eslipHolds)
      .where(
        and(
          below === undefined ? undefined : lt(eslipHolds.id, below),
          isOpen === undefined
            ? undefined
            : isOpen
              ? isNull(eslipHolds.releasedAt)
              : isNotNull(eslipHolds.releasedAt),
        ),
      )
      .orderBy(desc(eslipHolds.id))
      .limit(limit + 1)
    const names = await namesOf(ctx, rows)
    return toPage(
      rows,
      limit,
      ({ id }) => [id],
      (row) => toView(row, names),
    )
  },
)

/** `eslip_hold_not_found`, also for who may not see all slips. */
export const getHold = query(
  { permission: 'eslips:hold', input: HoldRef },
  async (ctx, { holdId }): Promise<HoldView> => {
    const [row] = seesFiles(ctx)
      ? await ctx.db.select().from(eslipHolds).where(eq(eslipHolds.id, holdId))
      : []
    if (row === undefined) throw holdNotFound()
    return toView(row, await namesOf(ctx, [row]))
  },
)

/**
 * Keeps archives from being deleted, however old they grow: those with slips of a merchant, of a period, or both.
 * `merchant_not_found`, `outside_your_limits`.
 */
export const createHold = mutation(
  { permission: 'eslips:hold', input: HoldInput },
  async (scope, input): Promise<HoldView> => {
    if (!seesFiles(scope)) throw outsideYourLimits()
    // A deletion is decided under this lock: it comes before the hold, or finds it (drizzle/0013_eslip_archive.sql).
    await scope.db.execute(sql`select pg_advisory_xact_lock(7733005)`)
    const row: HoldRow = {
      id: newId(),
      merchantId: input.merchantId ?? null,
      fromDay: input.fromDay ?? null,
      toDay: input.toDay ?? null,
      // Reasons are written from complaints, which name the card.
      reason: maskText(input.reason).text,
      createdBy: callerName(scope.actor),
      createdAt: scope.clock.now(),
      releasedBy: null,
      releasedAt: null,
    }
    const names = await namesOf(scope, [row])
    if (row.merchantId !== null && !names.has(row.merchantId)) throw merchantNotFound()
    await scope.db.insert(eslipHolds).values(row)
    const after = { merchantId: row.merchantId, fromDay: row.fromDay, toDay: row.toDay, reason: row.reason }
    scope.audit({ action: 'eslip_hold.created', subject: subjectOf(row, names), after })
    return toView(row, names)
  },
)

/** Lets go of what a hold kept; it stays in the list. `eslip_hold_not_found`, `eslip_hold_released`. */
export const releaseHold = mutation(
  { permission: 'eslips:hold', input: HoldRef },
  async (scope, { holdId }): Promise<HoldView> => {
    const [row] = seesFiles(scope)
      ? await scope.db.select().from(eslipHolds).where(eq(eslipHolds.id, holdId)).for('update')
      : []
    if (row === undefined) throw holdNotFound()
    if (row.releasedAt !== null) throw holdReleased()
    const released = { ...row, releasedBy: callerName(scope.actor), releasedAt: scope.clock.now() }
    await scope.db
      .update(eslipHolds)
      .set({ releasedBy: released.releasedBy, releasedAt: released.releasedAt })
      .where(eq(eslipHolds.id, holdId))
    const names = await namesOf(scope, [row])
    scope.audit({
      action: 'eslip_hold.released',
      subject: subjectOf(row, names),
      before: { releasedAt: null },
      after: { releasedAt: released.releasedAt.toISOString() },
    })
    return toView(released, names)
  },
)

/** Names of their merchants, as they are now. */
async function namesOf({ db }: Pick<Ctx, 'db'>, rows: readonly HoldRow[]): Promise<Map<string, string>> {
  const ids = rows.map((one) => one.merchantId).filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const found = (await db.execute(sql`select id, name from merchants where id in ${ids}`)) as unknown as {
    id: string
    name: string
  }[]
  return new Map(found.map((one) => [one.id, one.name]))
}

function subjectOf(row: HoldRow, names: ReadonlyMap<string, string>) {
  const period =
    row.fromDay === null && row.toDay === null ? '' : `${row.fromDay ?? '…'} – ${row.toDay ?? '…'}`
  const label = [names.get(row.merchantId ?? ''), period].filter(Boolean).join(', ')
  return { kind: 'eslip_hold', id: row.id, label }
}

function toView(row: HoldRow, names: ReadonlyMap<string, string>): HoldView {
  return {
    ...row,
    merchantName: names.get(row.merchantId ?? '') ?? null,
    createdAt: row.createdAt.toISOString(),
    releasedAt: row.releasedAt?.toISOString() ?? null,
  }
}
