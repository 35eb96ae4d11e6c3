import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { copyOfVisibility, seesNoMore } from '../../operators'
import { webhookNotFound } from '../errors'
import { webhookEndpoints, webhookSecrets } from '../tables'
import { shownUrl } from '../target'

type Endpoint = typeof webhookEndpoints.$inferSelect

/** Those that tell of no more than the caller may see. */
export const seenEndpoints = (ctx: Pick<Ctx, 'actor'>) => seesNoMore(ctx, webhookEndpoints.visibility)

/** @throws webhook_not_found, also for one out of the caller's sight. */
export async function findEndpoint(ctx: Ctx, id: string): Promise<Endpoint> {
  const [row] = await select(ctx, id)
  if (row === undefined) throw webhookNotFound()
  return row
}

/** The same, held until the transaction ends. */
export async function lockEndpoint(ctx: Ctx, id: string): Promise<Endpoint> {
  const [row] = await select(ctx, id).for('update')
  if (row === undefined) throw webhookNotFound()
  return row
}

const select = (ctx: Ctx, id: string) =>
  ctx.db
    .select()
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), seenEndpoints(ctx)))

/** What an endpoint's view has besides its row. Names are written out: Drizzle would leave the tables' away. */
export const viewColumns = (now: Date) => ({
  endpoint: webhookEndpoints,
  waiting: sql<number>`(select count(*)::int from webhook_messages m
    where m.endpoint_id = webhook_endpoints.id and m.state = 'pending')`,
  oldSecretEndsAt: sql<Date | null>`(select max(s.expires_at) from webhook_secrets s
    where s.endpoint_id = webhook_endpoints.id and s.expires_at > ${now.toISOString()})`.mapWith(
    webhookSecrets.expiresAt,
  ),
})

export async function viewOf(ctx: Ctx, id: string) {
  const [row] = await ctx.db
    .select(viewColumns(ctx.clock.now()))
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), seenEndpoints(ctx)))
  if (row === undefined) throw webhookNotFound()
  return toView(row)
}

export function toView(row: { endpoint: Endpoint; waiting: number; oldSecretEndsAt: Date | null }) {
  const { endpoint, waiting, oldSecretEndsAt } = row
  return {
    id: endpoint.id,
    name: endpoint.name,
    url: shownUrl(endpoint.url),
    eventTypes: endpoint.eventTypes,
    visibility: copyOfVisibility(endpoint.visibility),
    state: endpoint.state,
    disabledBy: endpoint.disabledBy,
    disabledAt: endpoint.disabledAt?.toISOString() ?? null,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    lastDeliveredAt: endpoint.lastDeliveredAt?.toISOString() ?? null,
    delivered: endpoint.deliveredCount,
    failed: endpoint.failedCount,
    waiting,
    oldSecretEndsAt: oldSecretEndsAt?.toISOString() ?? null,
    createdBy: endpoint.createdBy,
    createdAt: endpoint.createdAt.toISOString(),
  }
}
