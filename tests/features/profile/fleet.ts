import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import type { RawSql } from '../../../src/db/client'
import { applyAssignment, previewAssignment } from '../../../src/features/profile/assignments/assign'
import type { AssignmentReport } from '../../../src/features/profile/schemas'

type Asked = Parameters<typeof previewAssignment>[1]

/** A rule as it stands in the database: what it updates plays no part here. */
export async function makeRule(
  sql: RawSql,
  more: { models?: string[]; platform?: string } = {},
): Promise<string> {
  const id = newId()
  await sql`insert into update_rules (id, name, platform, models, created_by, created_at, updated_at)
    values (${id}, ${`rule ${id}`}, ${more.platform ?? 'wiseasy-wpos3'}, ${more.models ?? []}, 'a test', now(), now())`
  return id
}

/** Preview, then the same for good: both must say the same, but for what is done by then. */
export async function doBoth(ctx: Ctx, asked: Asked): Promise<AssignmentReport> {
  const { fingerprint } = await previewAssignment(ctx, asked)
  return applyAssignment(ctx, { ...asked, fingerprint })
}

/** Serial numbers of the terminals that a rule concerns, as the planner sees it. */
export async function assignedSerials(sql: RawSql, ruleId: string): Promise<string[]> {
  const rows = await sql<{ serial: string }[]>`
    select t.serial from assigned_terminals a join terminals t on t.id = a.terminal_id
    where a.rule_id = ${ruleId} order by t.serial`
  return rows.map((row) => row.serial)
}
