import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { watchAlerts } from '../../../src/features/alerts/evaluate/watch'
import { ALERT_KINDS, type AlertKind } from '../../../src/features/alerts/lists'
import { listAlerts } from '../../../src/features/alerts/queries'
import { updateAlertRule } from '../../../src/features/alerts/rule-verbs'
import { loadRules } from '../../../src/features/alerts/rules'
import type { TestDatabase } from '../../support/postgres'
import { job, jobRun, makeCtx, makeServices, operator } from '../../support/services'

export const MINUTE_MS = 60_000

/** Terminals with what they last said, rules, and a clock that a test sets. */
export async function openRoom(database: TestDatabase, env: Record<string, string> = {}) {
  const { sql } = database
  const clock = { at: new Date('2026-11-27T10:00:00Z'), now: () => clock.at }
  const services = await makeServices(database, { clock, env })
  const admin = makeCtx(services, operator('admin'))
  const server: Ctx = makeCtx(services, job())
  await sql`
    insert into job_leases (name, holder, fence, expires_at) values ('watch-alerts', 'test', 1, now() + interval '1 day')
    on conflict (name) do update set fence = 1, expires_at = excluded.expires_at`
  for (const table of ['alerts', 'alert_standings', 'alert_conditions', 'alert_rules', 'alert_looks'])
    await sql`delete from ${sql(table)}`
  await sql`update terminal_presence set last_seen_at = null, vitals = null`
  return {
    admin,
    server,
    services,
    clock,
    pass(minutes: number) {
      clock.at = new Date(clock.at.getTime() + minutes * MINUTE_MS)
    },
    /** Terminals that were heard of just now, and come every minute. */
    async have(count: number, more: { groupId?: string; prefix?: string } = {}) {
      const ids = Array.from({ length: count }, () => newId())
      const prefix = more.prefix ?? newId().slice(-6)
      await sql`
        insert into terminals (id, serial, platform, state)
        select t.id, ${prefix} || '-' || lpad(t.at::text, 6, '0'), 'other', 'active'
        from unnest(${ids}::text[]::uuid[]) with ordinality as t(id, at)`
      if (more.groupId !== undefined)
        await sql`
          insert into terminal_group_members (group_id, terminal_id)
          select ${more.groupId}, t.id from unnest(${ids}::text[]::uuid[]) as t(id)`
      await this.heard(ids)
      return ids
    },
    /** They have checked in just now. */
    async heard(ids: readonly string[], vitals?: Record<string, unknown>) {
      await sql`
        update terminal_presence set last_seen_at = ${clock.at}, next_check_in_seconds = 60,
          vitals = coalesce(${vitals === undefined ? null : JSON.stringify(vitals)}::text::jsonb, vitals)
        where terminal_id = any(${[...ids]}::text[]::uuid[])`
    },
    look: (fence = 1) => watchAlerts(server, jobRun({ fence })),
    async set(kind: AlertKind, change: Omit<Parameters<typeof updateAlertRule>[1], 'kind' | 'revision'>) {
      const rule = (await loadRules(server)).find((one) => one.kind === kind)
      return updateAlertRule(admin, { kind, revision: rule?.revision ?? 0, ...change })
    },
    /** Only these kinds are looked at. */
    async only(...kinds: AlertKind[]) {
      for (const kind of ALERT_KINDS) if (!kinds.includes(kind)) await this.set(kind, { isOn: false })
    },
    list: async (input: Parameters<typeof listAlerts>[1] = {}, ctx: Ctx = admin) =>
      (await listAlerts(ctx, input)).items,
  }
}
