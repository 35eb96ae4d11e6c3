import { and, asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { webhookEndpoints, webhookMessages } from '../tables'

/** Renewed before each attempt, which takes a third of it at most; a killed server's claim ends by itself. */
const CLAIM_SECONDS = 60

/** Who may send for an endpoint: one at a time, so its messages go out in their order. */
export interface Claim {
  endpointId: string
  claimId: string
}

/** Takes up to `limit` endpoints whose first waiting message is due and for which nobody is sending. */
export async function claimEndpoints(ctx: Ctx, limit: number): Promise<Claim[]> {
  const claimId = newId()
  const rows = await ctx.db.execute<{ id: string }>(sql`
    update webhook_endpoints set claim_id = ${claimId}, claimed_until = ${claimEnd}
    where id in (
      select e.id from webhook_endpoints e
      cross join lateral (select next_attempt_at from webhook_messages
        where endpoint_id = e.id and state = 'pending' order by position limit 1) as first
      where e.state = 'enabled' and (e.claimed_until is null or e.claimed_until < now())
        and first.next_attempt_at <= ${ctx.clock.now().toISOString()}
      order by first.next_attempt_at limit ${limit} for update of e skip locked)
    returning id`)
  return rows.map(({ id }) => ({ endpointId: id, claimId }))
}

/** What is to be sent next under a claim, which is renewed; undefined where nothing is due or the claim is another's. */
export async function nextUnderClaim(ctx: Ctx, claim: Claim) {
  const [endpoint] = await ctx.db
    .update(webhookEndpoints)
    .set({ claimedUntil: claimEnd })
    .where(and(isHeld(claim), eq(webhookEndpoints.state, 'enabled')))
    .returning({ url: webhookEndpoints.url })
  if (endpoint === undefined) return undefined
  const [message] = await ctx.db
    .select()
    .from(webhookMessages)
    .where(and(eq(webhookMessages.endpointId, claim.endpointId), eq(webhookMessages.state, 'pending')))
    .orderBy(asc(webhookMessages.position))
    .limit(1)
  if (message === undefined || message.nextAttemptAt > ctx.clock.now()) return undefined
  return { url: endpoint.url, message }
}

export async function releaseClaim(ctx: Ctx, claim: Claim): Promise<void> {
  await ctx.db.update(webhookEndpoints).set({ claimId: null, claimedUntil: null }).where(isHeld(claim))
}

export const isHeld = ({ endpointId, claimId }: Claim) =>
  and(eq(webhookEndpoints.id, endpointId), eq(webhookEndpoints.claimId, claimId))

const claimEnd = sql<Date>`now() + make_interval(secs => ${CLAIM_SECONDS})`
