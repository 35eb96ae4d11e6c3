import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import { type Ctx, isPermitted } from '../../../core/context'
import { query } from '../../../core/verb'
import { operatorNotFound } from '../errors'
import { MOST_MADE } from '../lists'
import { isSeen, seesNoMore } from '../rights'
import { type MadeView, OperatorRef } from '../schemas'
import { apiKeys, operators } from '../tables'

type Made = z.input<typeof MadeView>
type Person = Pick<typeof operators.$inferSelect, 'id' | 'username' | 'visibility'>

/** API keys and webhooks that go on working when this person leaves. `operator_not_found`. */
export const getMade = query(
  { permission: 'operators:read', input: OperatorRef },
  async (ctx, { operatorId }) => {
    const [person] = await ctx.db.select().from(operators).where(sql`${operators.id} = ${operatorId}`)
    if (person === undefined || !isSeen(ctx.actor, person.visibility)) throw operatorNotFound()
    return findMade(ctx, person)
  },
)

/** The same of a person who has been found; as far as the caller may see keys and webhooks. */
export async function findMade(ctx: Ctx, person: Person): Promise<Made> {
  return {
    apiKeys: isPermitted(ctx.actor, 'api-keys:read') ? await keysOf(ctx, person) : null,
    webhooks: isPermitted(ctx.actor, 'webhooks:read') ? await webhooksOf(ctx, person) : null,
  }
}

/** Names are compared only of keys from before their makers were kept. */
async function keysOf(ctx: Ctx, { id, username }: Person): Promise<NonNullable<Made['apiKeys']>> {
  const now = ctx.clock.now().toISOString()
  const isMaker = sql`(api_keys.maker_id = ${id} or (api_keys.maker_id is null and api_keys.created_by = ${username}))`
  const rows = await ctx.db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      isMaker: sql<boolean>`coalesce(${isMaker}, false)`,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .where(
      sql`${apiKeys.revokedAt} is null and (${apiKeys.expiresAt} is null or ${apiKeys.expiresAt} > ${now})
        and (${isMaker} or ${id} = any(${apiKeys.renewerIds})) and ${seesNoMore(ctx, apiKeys.visibility)}`,
    )
    .orderBy(apiKeys.name, apiKeys.id)
    .limit(MOST_MADE)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    how: row.isMaker ? ('made' as const) : ('renewed' as const),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }))
}

/** Webhooks stand on operators, so that their table is asked by its name. */
async function webhooksOf(ctx: Ctx, { id }: Person): Promise<NonNullable<Made['webhooks']>> {
  return ctx.db.execute<{ id: string; name: string; state: 'enabled' | 'disabled' }>(sql`
    select id, name, state from webhook_endpoints w
    where maker_id = ${id} and ${seesNoMore(ctx, sql`w.visibility`)} order by name, id limit ${MOST_MADE}`)
}
