import { createHash } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, type Visibility, visibilityOf } from '../../../core/context'
import type { Database } from '../../../db/client'
import { withinVisibility } from '../../terminals'

/** Which terminals are counted: those a caller sees, of the group and of the merchant that were chosen. */
export interface Scope {
  visibility: Visibility
  groupId: string | null
  merchantId: string | null
}

export const FLEET: Scope = { visibility: { kind: 'all' }, groupId: null, merchantId: null }

export interface Places {
  groupId?: string | undefined
  merchantId?: string | undefined
}

/** The same for everybody who sees the same. */
export function scopeOf(ctx: Pick<Ctx, 'actor'>, places: Places): Scope {
  const visibility = visibilityOf(ctx.actor)
  return {
    visibility:
      visibility.kind === 'all'
        ? { kind: 'all' }
        : {
            kind: 'limited',
            groupIds: [...new Set(visibility.groupIds)].sort(),
            merchantIds: [...new Set(visibility.merchantIds)].sort(),
          },
    groupId: places.groupId ?? null,
    merchantId: places.merchantId ?? null,
  }
}

/** One text for each scope: limits may name hundreds of groups, more than an index takes. */
export function keyOf({ visibility, groupId, merchantId }: Scope): string {
  const limits = visibility.kind === 'all' ? null : [visibility.groupIds, visibility.merchantIds]
  return createHash('sha256')
    .update(JSON.stringify([limits, groupId, merchantId]))
    .digest('hex')
}

/** What a row `terminals` must meet to be of the scope. */
export function isOfScope({ visibility, groupId, merchantId }: Scope): SQL {
  const all = [withinVisibility(visibility)]
  if (groupId !== null)
    all.push(sql`exists (select from terminal_group_members m
      where m.terminal_id = terminals.id and m.group_id = ${groupId})`)
  if (merchantId !== null) all.push(sql`terminals.merchant_id = ${merchantId}`)
  return sql.join(all, sql` and `)
}

/**
 * Ids `id` among which all terminals of the scope are, by an index, if there is such a list of `max` at most; undefined
 * where the scope may be larger. Nothing is counted further than that.
 */
export async function smallSource(db: Database, scope: Scope, max: number): Promise<SQL | undefined> {
  const sources = sourcesOf(scope)
  const bounded = sources.map((one) => sql`(select count(*) from (${one} limit ${max + 1}) c)`)
  const [row] = await db.execute<{ counts: number[] }>(
    sql`select array[${sql.join(bounded, sql`, `)}]::int[] as counts`,
  )
  const counts = row?.counts ?? []
  const least = Math.min(...counts)
  return least <= max ? sources[counts.indexOf(least)] : undefined
}

function sourcesOf({ visibility, groupId, merchantId }: Scope): SQL[] {
  const found: SQL[] = []
  if (groupId !== null) found.push(ofGroup(groupId))
  if (merchantId !== null) found.push(ofMerchant(merchantId))
  if (visibility.kind === 'limited') {
    const parts = [...visibility.groupIds.map(ofGroup), ...visibility.merchantIds.map(ofMerchant)]
    found.push(parts.length === 0 ? sql`select null::uuid as id where false` : sql.join(parts, sql` union `))
  }
  return found.length === 0 ? [sql`select t.id from terminals t`] : found
}

const ofGroup = (groupId: string) =>
  sql`select m.terminal_id as id from terminal_group_members m where m.group_id = ${groupId}`
const ofMerchant = (merchantId: string) =>
  sql`select t.id from terminals t where t.merchant_id = ${merchantId}`
