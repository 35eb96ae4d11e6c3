import { sql } from 'drizzle-orm'
import { query } from '../../../core/verb'
import type { RawSql } from '../../../db/client'
import { WebhookRef } from '../schemas'
import { findEndpoint } from './find'

const HOUR_MS = 3_600_000
const HOURS = 24

/** Attempts of the last 24 hours by hour, the one that goes on included. */
export const getTraffic = query(
  { permission: 'webhooks:read', input: WebhookRef },
  async (ctx, { webhookId }) => {
    const { id } = await findEndpoint(ctx, webhookId)
    const thisHourMs = Math.floor(ctx.clock.now().getTime() / HOUR_MS) * HOUR_MS
    const firstMs = thisHourMs - (HOURS - 1) * HOUR_MS
    const rows = await ctx.db.execute<{ hour: number; delivered: number; failed: number }>(sql`
      select floor(extract(epoch from at) / 3600)::float8 as hour,
        count(*) filter (where is_delivered)::int as delivered,
        count(*) filter (where not is_delivered)::int as failed
      from webhook_attempts
      where endpoint_id = ${id} and at >= ${new Date(firstMs).toISOString()}
      group by 1`)
    const byHour = new Map(rows.map((row) => [row.hour * HOUR_MS, row]))
    return {
      hours: Array.from({ length: HOURS }, (_none, index) => {
        const fromMs = firstMs + index * HOUR_MS
        const { delivered = 0, failed = 0 } = byHour.get(fromMs) ?? {}
        return { from: new Date(fromMs).toISOString(), delivered, failed }
      }),
    }
  },
)

export interface WebhookTotals {
  delivered: number
  failed: number
  waiting: number
}

/** Messages of all endpoints, whichever server sent them: delivered and given up ever, waiting now. */
export async function webhookTotals(raw: RawSql): Promise<WebhookTotals> {
  const [totals] = await raw<WebhookTotals[]>`
    select coalesce(sum(delivered_count), 0)::float8 as delivered,
      coalesce(sum(failed_count), 0)::float8 as failed,
      (select count(*) from webhook_messages where state = 'pending')::float8 as waiting
    from webhook_endpoints`
  return totals ?? { delivered: 0, failed: 0, waiting: 0 }
}
