import { inArray, or, type SQL, sql } from 'drizzle-orm'
import { type Ctx, type Visibility, visibilityOf } from '../../core/context'
import type { PlatformId } from '../../core/platforms'
import type { Database } from '../../db/client'
import { outsideYourLimits } from './errors'
import { terminalGroupMembers, terminals } from './tables'

/** The terminals a caller may see, as a condition on `terminals`. Every query of every slice that shows them has it. */
export function visibleTerminals(ctx: Pick<Ctx, 'actor'>): SQL {
  const { actor } = ctx
  if (actor.kind === 'terminal') return sql`${terminals.id} = ${actor.id}`
  return withinVisibility(visibilityOf(actor))
}

/** The same of limits that were kept, for work that is done when nobody calls. */
export function withinVisibility(visibility: Visibility): SQL {
  if (visibility.kind === 'all') return sql`true`
  const conditions: SQL[] = []
  if (visibility.groupIds.length > 0)
    conditions.push(sql`exists (select from ${terminalGroupMembers}
      where ${terminalGroupMembers.terminalId} = ${terminals.id}
      and ${inArray(terminalGroupMembers.groupId, [...visibility.groupIds])})`)
  if (visibility.merchantIds.length > 0)
    conditions.push(inArray(terminals.merchantId, [...visibility.merchantIds]))
  return or(...conditions) ?? sql`false`
}

interface Place {
  merchantId: string | null
  groupIds: readonly string[]
}

/** True where the caller sees a terminal that is placed so. */
export function isWithinLimits(ctx: Pick<Ctx, 'actor'>, place: Place): boolean {
  const visibility = visibilityOf(ctx.actor)
  if (visibility.kind === 'all') return true
  const isInGroup = place.groupIds.some((id) => visibility.groupIds.includes(id))
  return isInGroup || (place.merchantId !== null && visibility.merchantIds.includes(place.merchantId))
}

/** True where the caller may place terminals there, or take them from there: only what it lists itself. */
export function seesGroup(ctx: Pick<Ctx, 'actor'>, groupId: string): boolean {
  return isWithinLimits(ctx, { merchantId: null, groupIds: [groupId] })
}

/** The same of a merchant. */
export function seesMerchant(ctx: Pick<Ctx, 'actor'>, merchantId: string): boolean {
  return isWithinLimits(ctx, { merchantId, groupIds: [] })
}

/** Refuses to let a limited caller put a terminal where it would not see it. */
export function requireWithinLimits(ctx: Pick<Ctx, 'actor'>, place: Place): void {
  if (!isWithinLimits(ctx, place)) throw outsideYourLimits()
}

/** The registered terminal with this serial number, in whatever case it was written, if the caller sees it. */
export async function findVisibleBySerial(
  ctx: Pick<Ctx, 'actor' | 'db'>,
  serial: string,
): Promise<{ id: string; serial: string; platform: PlatformId } | undefined> {
  const found = await ctx.db
    .select({ id: terminals.id, serial: terminals.serial, platform: terminals.platform })
    .from(terminals)
    .where(
      sql`${terminals.serial} in (${serial}, ${serial.toUpperCase()}, ${serial.toLowerCase()}) and ${visibleTerminals(ctx)}`,
    )
  return found.find((one) => one.serial === serial) ?? found[0]
}

/** True where the caller sees the terminal with this id. */
export async function isVisible(db: Database, ctx: Pick<Ctx, 'actor'>, terminalId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: terminals.id })
    .from(terminals)
    .where(sql`${terminals.id} = ${terminalId} and ${visibleTerminals(ctx)}`)
  return row !== undefined
}
