import { and, asc, gt, isNull, lte } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { apiKeys } from '../tables'

const MOST = 1_000

/** API keys in force that end between now and then, those that end first before the others. */
export async function expiringApiKeys(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  until: Date,
): Promise<{ id: string; name: string; expiresAt: Date | null }[]> {
  return ctx.db
    .select({ id: apiKeys.id, name: apiKeys.name, expiresAt: apiKeys.expiresAt })
    .from(apiKeys)
    .where(
      and(isNull(apiKeys.revokedAt), gt(apiKeys.expiresAt, ctx.clock.now()), lte(apiKeys.expiresAt, until)),
    )
    .orderBy(asc(apiKeys.expiresAt))
    .limit(MOST)
}
