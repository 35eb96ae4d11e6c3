import { sql } from 'drizzle-orm'
import type { Plan, Planner } from '../../actions'

const STREAM_ROWS = 5_000

interface AskedRow extends Record<string, unknown> {
  id: string
  terminalId: string
  from: string
  to: string
  isAnswered: boolean
  retryAt: string | null
}

interface Asked {
  wishes: Plan['wishes'][number][]
  provenSubjectIds: string[]
  recheckAt?: Date
}

/**
 * A terminal is told of what it is asked for, the oldest first; the upload is the proof. What it could not send it is not told
 * of again before its time; what is asked for later goes on meanwhile.
 */
export const ecrLogPlanner: Planner = {
  kind: 'upload-ecr-log',
  reads: [],

  async plan(ctx, terminals) {
    const ids = terminals.map((one) => one.terminalId)
    const rows = await ctx.db.execute<AskedRow>(sql`
      select r.id, r.terminal_id as "terminalId", to_json(r.from_at) as "from", to_json(r.to_at) as "to",
        r.outcome is not null as "isAnswered", to_json(r.retry_at) as "retryAt"
      from ecr_log_requests r
      where r.terminal_id in ${ids} and (r.ended_at is null or (r.outcome = 'answered' and exists (
        select from terminal_actions a where a.terminal_id = r.terminal_id and a.subject_id = r.id
          and a.state in ('offered', 'downloading', 'downloaded', 'installed'))))
      order by r.id`)
    const plans = new Map<string, Asked>()
    const now = ctx.clock.now()
    for (const row of rows) {
      const plan = plans.get(row.terminalId) ?? { wishes: [], provenSubjectIds: [] }
      plans.set(row.terminalId, plan)
      addTo(plan, row, now)
    }
    return plans
  },

  async *candidates(ctx) {
    const found = ctx.sql<{ id: string }[]>`
      select distinct terminal_id as id from ecr_log_requests where ended_at is null`
    for await (const batch of found.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
  },
}

function addTo(plan: Asked, { id, from, to, isAnswered, retryAt }: AskedRow, now: Date): void {
  const dueAt = retryAt === null ? now : new Date(retryAt)
  if (isAnswered) plan.provenSubjectIds.push(id)
  else if (dueAt <= now) plan.wishes.push({ subjectId: id, body: { from: utc(from), to: utc(to) } })
  else if (plan.recheckAt === undefined || dueAt < plan.recheckAt) plan.recheckAt = dueAt
}

const utc = (text: string) => new Date(text).toISOString()
