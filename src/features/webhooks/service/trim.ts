import type { Ctx } from '../../../core/context'

const KEPT_DAYS = 30
const BATCH = 5_000

/** Removes settled messages and attempts that are older than 30 days, in small bites. */
export async function trimMessages(
  { sql, clock }: Ctx,
  signal: AbortSignal,
): Promise<{ messagesRemoved: number; attemptsRemoved: number }> {
  const before = new Date(clock.now().getTime() - KEPT_DAYS * 24 * 3_600_000)
  const attemptsRemoved = await inBites(
    signal,
    () => sql`
    delete from webhook_attempts where id in (
      select id from webhook_attempts where at < ${before} order by at limit ${BATCH})`,
  )
  const messagesRemoved = await inBites(
    signal,
    () => sql`
    delete from webhook_messages where id in (
      select id from webhook_messages where state <> 'pending' and settled_at < ${before}
      order by settled_at limit ${BATCH})`,
  )
  return { messagesRemoved, attemptsRemoved }
}

async function inBites(signal: AbortSignal, bite: () => PromiseLike<{ count: number }>): Promise<number> {
  let gone = 0
  for (let count = BATCH; count === BATCH && !signal.aborted; gone += count) count = (await bite()).count
  return gone
}
