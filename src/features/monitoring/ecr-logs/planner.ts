import { sql } from 'drizzle-orm'
import type { Plan, Planner } from '../../actions'

const STREAM_ROWS = 5_000

interface AskedRow extends Record<string, unknown> {
  id: string
  terminalId: string
  from: string
  to: string
  isFulfilled: boolean
}

/** A terminal is told of what it is asked for, the oldest first; the upload is the proof. */
export const ecrLogPlanner: Planner = {
  kind: 'upload-ecr-log',
  reads: [],

  async plan(ctx, terminals) {
    const ids = terminals.map((one) => one.terminalId)
    const rows = await ctx.db.execute<AskedRow>(sql`
      select r.id, r.terminal_id as "terminalId", to_json(r.from_at) as "from", to_json(r.to_at) as "to",
        r.is_fulfilled as "isFulfilled"
      from ecr_log_requests r
      where r.terminal_id in ${ids} and (r.ended_at is null or (r.is_fulfilled and exists (
        select from terminal_actions a where a.terminal_id = r.terminal_id and a.subject_id = r.id
          and a.state in ('offered', 'downloading', 'downloaded', 'installed'))))
      order by r.id`)
    const plans = new Map<string, { wishes: Plan['wishes'][number][]; provenSubjectIds: string[] }>()
    for (const { id, terminalId, from, to, isFulfilled } of rows) {
      const plan = plans.get(terminalId) ?? { wishes: [], provenSubjectIds: [] }
      plans.set(terminalId, plan)
      if (isFulfilled) plan.provenSubjectIds.push(id)
      else plan.wishes.push({ subjectId: id, body: { from: utc(from), to: utc(to) } })
    }
    return plans
  },

  async *candidates(ctx) {
    const found = ctx.sql<{ id: string }[]>`
      select distinct terminal_id as id from ecr_log_requests where ended_at is null`
    for await (const batch of found.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
  },
}

const utc = (text: string) => new Date(text).toISOString()
