import { and, asc, eq, isNotNull, lte } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { inMutation, type MutationScope } from '../../core/verb'
import type { Job } from '../../jobs/schedule'
import { judgeTransition, lockStandings, type StandingTerminal, setState } from '../terminals'
import { swaps } from './tables'

export const profileJobs: readonly Job[] = [
  {
    name: 'retire-swapped',
    schedule: '0 13 4 * * *',
    runsAtStart: false,
    async run(ctx, { signal }) {
      let retired = 0
      let kept = 0
      for (let due = await nextDue(ctx); due !== undefined && !signal.aborted; due = await nextDue(ctx)) {
        const { id } = due
        if (await inMutation(ctx, (scope) => retireOld(scope, id))) retired++
        else kept++
      }
      return { retired, kept }
    },
  },
]

async function nextDue(ctx: Ctx): Promise<{ id: string } | undefined> {
  const [due] = await ctx.db
    .select({ id: swaps.id })
    .from(swaps)
    .where(lte(swaps.retireAt, ctx.clock.now()))
    .orderBy(asc(swaps.retireAt))
    .limit(1)
  return due
}

/** Retires the old one of a swap, unless somebody has taken it into service again. True where it was retired. */
async function retireOld(scope: MutationScope, swapId: string): Promise<boolean> {
  const [swap] = await scope.db.select().from(swaps).where(eq(swaps.id, swapId))
  const [old] = (await lockStandings(scope, [swap?.oldTerminalId ?? ''])) as [StandingTerminal]
  const { row, standing } = old
  const transition = judgeTransition(row.state, 'retire')
  const isIdle = row.state !== 'active' && standing.tids.length === 0
  const isRetired = isIdle && transition.outcome === 'changes'
  const [closed] = await scope.db
    .update(swaps)
    .set({ retireAt: null, retiredAt: isRetired ? scope.clock.now() : null })
    .where(and(eq(swaps.id, swapId), isNotNull(swaps.retireAt)))
    .returning({ id: swaps.id })
  if (closed === undefined || !isRetired) {
    scope.nothingChanged()
    return false
  }
  await setState(scope, [row], transition)
  scope.changed({ topic: 'terminal', subjectId: row.id })
  return true
}
