import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'

/** Rules that need a package, by name. The slice of rules stands on this one, so that its tables are asked by their names. */
export async function rulesOf(
  { db }: Pick<Ctx, 'db'>,
  packageId: string,
): Promise<{ id: string; name: string }[]> {
  const rows = await db.execute<{ id: string; name: string }>(sql`
    select r.id, r.name from update_rules r
    where exists (select from update_rule_steps s where s.rule_id = r.id and s.package_id = ${packageId})
    order by lower(r.name), r.id`)
  return rows.map(({ id, name }) => ({ id, name }))
}
