import { type Ctx, visibilityOf } from '../../../core/context'
import { COUNTS_ALL, type Reason } from '../rules'
import type { RolloutReason } from './lists'

/**
 * What rollouts do is decided by all of their terminals. Whoever sees a part of them is told what was decided and where the
 * thresholds are, and no numbers of terminals beyond their limits.
 */
const isLimited = (ctx: Pick<Ctx, 'actor'>) => visibilityOf(ctx.actor).kind === 'limited'

/** Numbers of terminals among the values of a halt and of events. */
const COUNTS = ['failed', 'succeeded', 'of', 'terminals']

/** Values as the caller is told them. */
export function toldValues<Value>(
  ctx: Pick<Ctx, 'actor'>,
  values: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const isTold = isLimited(ctx) ? (name: string) => !COUNTS.includes(name) : () => true
  return Object.fromEntries(Object.entries(values).filter(([name]) => isTold(name)))
}

/** The same of what an event tells, which has the values of a halt one level down. */
export function toldDetail(
  ctx: Pick<Ctx, 'actor'>,
  { values, ...detail }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const own = toldValues(ctx, detail)
  return values === undefined ? own : { ...own, values: toldValues(ctx, values as RolloutReason['values']) }
}

/** Why a terminal waits, as the caller is told it. */
export function toldReasons<One extends { code: string; values: Reason['values'] }>(
  ctx: Pick<Ctx, 'actor'>,
  reasons: readonly One[],
): { code: One['code']; values: Record<string, string | number> }[] {
  return reasons.map(({ code, values }) => {
    const untold = isLimited(ctx) ? COUNTS_ALL[code] : undefined
    return { code, values: Object.fromEntries(Object.entries(values).filter(([name]) => name !== untold)) }
  })
}
