import { sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { appendChanges, inTransaction } from '../../../core/verb'
import { MOST_TRIES, type RequestOutcome } from './lists'

const MINUTE_MS = 60_000
const FIRST_WAIT_MINUTES = 15
const BATCH = 500

export type Verdict = { outcome: Extract<RequestOutcome, 'refused' | 'failed'> } | { retryAt: Date }

/**
 * What follows from a terminal's word that it could not or would not send a log. What it does not support it never will; all
 * else may pass, and it is told again after a wait that doubles each time, so many times.
 * @param failures this one included
 */
export function judgeFailure(reason: string | null, failures: number, now: Date): Verdict {
  if (reason === 'not_supported') return { outcome: 'refused' }
  if (failures >= MOST_TRIES) return { outcome: 'failed' }
  const minutes = FIRST_WAIT_MINUTES * 2 ** (failures - 1)
  return { retryAt: new Date(now.getTime() + minutes * MINUTE_MS) }
}

interface FailedRow extends Record<string, unknown> {
  id: string
  actionId: string
  terminalId: string
  failures: number
  reason: string | null
  vendorCode: string | null
  message: string | null
}

/**
 * Judges the failures of open requests, 500 at a time; each batch stands by itself. Waits for no lock: what somebody else holds
 * is looked at on the next beat.
 */
export async function judgeFailures(ctx: Ctx, signal: AbortSignal) {
  const counts = { askedAgain: 0, ended: 0 }
  for (let found = BATCH; found === BATCH && !signal.aborted; ) {
    const verdicts = await inTransaction(ctx, judgeBatch)
    found = verdicts.length
    for (const verdict of verdicts) counts['outcome' in verdict ? 'ended' : 'askedAgain']++
  }
  return counts
}

async function judgeBatch({ db, clock }: Ctx): Promise<Verdict[]> {
  const now = clock.now()
  const rows = await db.execute<FailedRow>(sql`
    select r.id, a.id as "actionId", r.terminal_id as "terminalId", r.failures, a.reason,
      a.vendor_code as "vendorCode", a.message
    from terminal_actions a join ecr_log_requests r on r.id = a.subject_id and r.terminal_id = a.terminal_id
    where a.kind = 'upload-ecr-log' and a.state in ('failed', 'rejected') and a.retried_at is null and r.ended_at is null
    limit ${BATCH} for update of r, a skip locked`)
  if (rows.length === 0) return []
  const judged = rows.map((row) => ({ row, verdict: judgeFailure(row.reason, row.failures + 1, now) }))
  const at = now.toISOString()
  const values = judged.map(({ row, verdict }) => ({
    id: row.id,
    outcome: 'outcome' in verdict ? verdict.outcome : null,
    retry_at: 'outcome' in verdict ? null : verdict.retryAt.toISOString(),
    reason: row.reason,
    vendor_code: row.vendorCode,
    message: row.message,
  }))
  await db.execute(sql`
    update ecr_log_requests r set failures = r.failures + 1, outcome = v.outcome, retry_at = v.retry_at, reason = v.reason,
      vendor_code = v.vendor_code, message = v.message, ended_at = case when v.outcome is null then null else ${at}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(values)}::text::jsonb)
      as v(id uuid, outcome text, retry_at timestamptz, reason text, vendor_code text, message text)
    where r.id = v.id`)
  const again = judged.filter(({ verdict }) => !('outcome' in verdict)).map(({ row }) => row.actionId)
  if (again.length > 0)
    await db.execute(sql`update terminal_actions set retried_at = ${at}
      where id = any(${sql.param(again)}::uuid[])`)
  await appendChanges(
    db,
    judged.map(({ row }) => ({ topic: 'terminal' as const, subjectId: row.terminalId })),
  )
  return judged.map(({ verdict }) => verdict)
}
