import { and, desc, eq, gt, gte, lt, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import type { FoundSlip } from '../search'
import type { PullFilter, SlipEvent } from './schemas'
import { eslipPulls } from './tables'

interface Pull {
  filter: PullFilter
  fromSeq: number
  toSeq: number
  rows: readonly FoundSlip[]
}

const MOST_SHOWN = 50

/** Notes that a program was given slips. Pages that follow one another on one day are one row. */
export async function notePull(ctx: Ctx, { filter, fromSeq, toSeq, rows }: Pull): Promise<void> {
  const { actor } = ctx
  const count = rows.length
  if (actor.kind !== 'integrator' || count === 0) return
  const now = ctx.clock.now()
  const asked = JSON.stringify(filter)
  const [last] = await ctx.db
    .select({ id: eslipPulls.id })
    .from(eslipPulls)
    .where(
      and(
        eq(eslipPulls.actorId, actor.id),
        eq(eslipPulls.toSeq, fromSeq),
        gte(eslipPulls.lastAt, new Date(now.getTime() - (now.getTime() % 86_400_000))),
        sql`${eslipPulls.filter} = ${asked}::text::jsonb`,
      ),
    )
    .orderBy(desc(eslipPulls.lastAt))
    .limit(1)
  if (last === undefined)
    await ctx.db.insert(eslipPulls).values({
      id: newId(now.getTime()),
      actorId: actor.id,
      actorName: actor.name,
      filter: sql`${asked}::text::jsonb`,
      fromSeq,
      toSeq,
      count,
      beganAt: now,
      lastAt: now,
    })
  else
    await ctx.db
      .update(eslipPulls)
      .set({ toSeq, count: sql`${eslipPulls.count} + ${count}`, lastAt: now })
      .where(eq(eslipPulls.id, last.id))
}

/** By whom a slip was fetched, the latest first. */
export async function pullsOf(ctx: Ctx, row: FoundSlip): Promise<SlipEvent[]> {
  const pulls = await ctx.db
    .select()
    .from(eslipPulls)
    .where(and(lt(eslipPulls.fromSeq, row.seq), gt(eslipPulls.toSeq, row.seq - 1)))
    .orderBy(desc(eslipPulls.lastAt))
    .limit(MOST_SHOWN)
  return pulls
    .filter(({ filter }) =>
      Object.entries(filter).every(([name, value]) => row[name as keyof PullFilter] === value),
    )
    .map(({ lastAt, actorName }) => ({ kind: 'pulled', at: lastAt.toISOString(), by: actorName }))
}
