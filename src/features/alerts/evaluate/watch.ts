import { and, eq, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { inTransaction } from '../../../core/verb'
import type { JobRun } from '../../../jobs/schedule'
import { WATCH_JOB } from '../lists'
import { loadRules, type Rule } from '../rules'
import { TERMINAL_SOURCES } from '../sources/terminals'
import { THING_SOURCES } from '../sources/things'
import { alerts } from '../tables'
import { appendEvents, type Counts, changeCounts, countIn } from './record'
import { forgetTerminals, type Looked, lookAtTerminals } from './terminals'
import { forgetThings, lookAtThings } from './things'

/** More than any look has taken; the pool's own limit is for people who wait. */
const STATEMENT_TIMEOUT = '300s'

/**
 * Looks at every kind of alert, each in transactions of its own that only the holder of the job's lease commits. What one
 * server has left undone, the next look does.
 */
export async function watchAlerts(
  ctx: Ctx,
  { signal, fence, report }: Pick<JobRun, 'signal' | 'fence' | 'report'>,
): Promise<{ raised: number; cleared: number }> {
  const rules = await loadRules(ctx)
  const sums = { raised: 0, cleared: 0 }
  for (const [at, rule] of rules.entries()) {
    let isDone = false
    while (!isDone && !signal.aborted) {
      const looked = await inTransaction(ctx, async (tx) => {
        await tx.db.execute(sql`select psm_require_lease(${WATCH_JOB}, ${fence})`)
        await tx.db.execute(sql`select set_config('statement_timeout', ${STATEMENT_TIMEOUT}, true)`)
        return lookAt(tx, rule)
      })
      sums.raised += looked.raised
      sums.cleared += looked.cleared
      isDone = looked.isDone
    }
    report({ done: at + 1, total: rules.length })
  }
  return sums
}

async function lookAt(tx: Ctx, rule: Rule): Promise<Looked> {
  if (!rule.isOn) return switchOff(tx, rule)
  const terminals = TERMINAL_SOURCES[rule.kind]
  if (terminals !== undefined) return lookAtTerminals(tx, rule, terminals)
  const findings = await THING_SOURCES[rule.kind]?.(tx, rule, tx.clock.now())
  return lookAtThings(tx, rule, findings ?? [])
}

/** Whatever is open of a kind that nobody wants to hear of any more is over. */
async function switchOff(tx: Ctx, rule: Rule): Promise<Looked> {
  const open = await tx.db
    .select({ id: alerts.id, count: alerts.count })
    .from(alerts)
    .where(and(eq(alerts.kind, rule.kind), ne(alerts.state, 'cleared')))
  const counts: Counts = new Map()
  for (const { id, count } of open) countIn(counts, id, { left: count })
  await forgetTerminals(tx, rule)
  await forgetThings(tx, rule)
  await appendEvents(tx, await changeCounts(tx, rule, counts))
  return { raised: 0, cleared: open.length, isDone: true }
}
