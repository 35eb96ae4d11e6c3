import { type SQL, sql } from 'drizzle-orm'
import type { Visibility } from '../../../core/context'
import type { Database } from '../../../db/client'
import { limitsUnknown } from '../errors'

/** Limits as the audit log tells them: each place by its name of the moment beside its identifier. */
type NamedLimits =
  | Visibility
  | (Extract<Visibility, { kind: 'limited' }> & { groups: string[]; merchants: string[] })

/**
 * Adds the names of groups and merchants to limits, both sorted by them: `[before, after]`. Of a place that is no more, the
 * identifier is all there is. A merchant has its external number beside its name, where it has one.
 */
export async function nameLimits<Many extends readonly Visibility[]>(
  db: Database,
  limits: Many,
): Promise<{ [One in keyof Many]: NamedLimits }> {
  const limited = limits.filter((one) => one.kind === 'limited')
  const [groups, merchants] = await namesOf(db, {
    groupIds: limited.flatMap((one) => one.groupIds),
    merchantIds: limited.flatMap((one) => one.merchantIds),
  })
  const named = limits.map((one): NamedLimits => {
    if (one.kind === 'all') return one
    const [groupIds, merchantIds] = [byName(one.groupIds, groups), byName(one.merchantIds, merchants)]
    const nameOf = (names: ReadonlyMap<string, string>) => (id: string) => names.get(id) ?? id
    return {
      kind: 'limited',
      groups: groupIds.map(nameOf(groups)),
      merchants: merchantIds.map(nameOf(merchants)),
      groupIds,
      merchantIds,
    }
  })
  return named as { [One in keyof Many]: NamedLimits }
}

/**
 * `limits_unknown` where limits name what is not there, as typed or meanwhile: they would show less than whoever sets them
 * believes. What is there stays until the transaction ends.
 */
export async function requirePlacesOf(db: Database, limits: Visibility): Promise<void> {
  if (limits.kind === 'all') return
  const merchantIds = await missing(db, sql`merchants`, limits.merchantIds)
  const groupIds = await missing(db, sql`terminal_groups`, limits.groupIds)
  if (groupIds.length + merchantIds.length > 0) throw limitsUnknown({ values: { groupIds, merchantIds } })
}

async function missing(db: Database, table: SQL, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const found = (await db.execute(
    sql`select id from ${table} where id in ${idsOf(ids)} order by id for key share`,
  )) as unknown as { id: string }[]
  const there = new Set(found.map(({ id }) => id))
  return [...new Set(ids)].filter((id) => !there.has(id))
}

type Names = ReadonlyMap<string, string>

async function namesOf(
  db: Database,
  { groupIds, merchantIds }: { groupIds: readonly string[]; merchantIds: readonly string[] },
): Promise<[groups: Names, merchants: Names]> {
  if (groupIds.length + merchantIds.length === 0) return [new Map(), new Map()]
  const rows = (await db.execute(sql`
    select 'group' as kind, id, name from terminal_groups where id in ${idsOf(groupIds)}
    union all
    select 'merchant', id, name || coalesce(' (' || external_id || ')', '') from merchants where id in ${idsOf(merchantIds)}`)) as unknown as {
    kind: string
    id: string
    name: string
  }[]
  const of = (kind: string) =>
    new Map(rows.filter((row) => row.kind === kind).map(({ id, name }) => [id, name]))
  return [of('group'), of('merchant')]
}

const idsOf = (ids: readonly string[]) =>
  sql`(select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`

function byName(ids: readonly string[], names: Names): string[] {
  const nameOf = (id: string) => names.get(id) ?? id
  return [...new Set(ids)].sort((one, other) => nameOf(one).localeCompare(nameOf(other)))
}
