import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'

/**
 * What sets say of applications, now or for a revision that a rollout is bringing. The slice of sets stands on this one,
 * so that its tables are asked by their names.
 */
const LINES_IN_FORCE = sql`
  app_set_lines l join app_sets s on s.id = l.set_id and l.revision >= s.released_revision`

type Named = { id: string; name: string }

const among = (ids: readonly string[]) =>
  sql.join(
    ids.map((id) => sql`${id}::uuid`),
    sql`, `,
  )

/** Sets that name an application, and whether they install it or only remove it. */
export async function setsNaming(
  { db }: Pick<Ctx, 'db'>,
  appId: string,
): Promise<(Named & { isInstalled: boolean })[]> {
  const rows = await db.execute<Named & { isInstalled: boolean }>(sql`
    select s.id, s.name, bool_or(l.version_id is not null) as "isInstalled" from ${LINES_IN_FORCE} where l.app_id = ${appId}
    group by s.id order by lower(s.name) collate "C", s.id`)
  return rows.map(({ id, name, isInstalled }) => ({ id, name, isInstalled }))
}

/** How many sets name each application; those that none names are left out. */
export async function countSets(
  { db }: Pick<Ctx, 'db'>,
  appIds: readonly string[],
): Promise<Map<string, number>> {
  if (appIds.length === 0) return new Map()
  const rows = await db.execute<{ appId: string; count: number }>(sql`
    select l.app_id as "appId", count(distinct s.id)::int as count from ${LINES_IN_FORCE}
    where l.app_id in (${among(appIds)}) group by l.app_id`)
  return new Map(rows.map(({ appId, count }) => [appId, count]))
}

/** Sets that install any of these versions. */
export async function setsInstalling(
  { db }: Pick<Ctx, 'db'>,
  versionIds: readonly string[],
): Promise<Named[]> {
  if (versionIds.length === 0) return []
  const rows = await db.execute<Named>(sql`
    select s.id, s.name from ${LINES_IN_FORCE} where l.version_id in (${among(versionIds)})
    group by s.id order by lower(s.name) collate "C", s.id`)
  return rows.map(({ id, name }) => ({ id, name }))
}
