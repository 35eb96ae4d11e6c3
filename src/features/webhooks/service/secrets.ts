import { and, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { mutation } from '../../../core/verb'
import { RotateSecretInput } from '../schemas'
import { mintWebhookSecret } from '../signature'
import { webhookSecrets } from '../tables'
import { lockEndpoint } from './find'

/** How long the old secret signs beside the new one. */
const OVERLAP_MS = 24 * 3_600_000

/** Gives an endpoint its secret and tells it, this once. */
export async function issueSecret(ctx: Ctx, endpointId: string): Promise<string> {
  const now = ctx.clock.now()
  const secret = mintWebhookSecret()
  await ctx.db.insert(webhookSecrets).values({
    id: newId(now.getTime()),
    endpointId,
    sealed: await ctx.vault.seal(secret, endpointId),
    createdAt: now,
  })
  return secret
}

/**
 * The secrets that sign now, the newest first: two at most.
 * @throws sealed_unreadable where the server's secret has changed since
 */
export async function signingSecrets(ctx: Ctx, endpointId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ sealed: webhookSecrets.sealed })
    .from(webhookSecrets)
    .where(
      and(
        eq(webhookSecrets.endpointId, endpointId),
        or(isNull(webhookSecrets.expiresAt), gt(webhookSecrets.expiresAt, ctx.clock.now())),
      ),
    )
    .orderBy(sql`${webhookSecrets.expiresAt} desc nulls first`)
  return Promise.all(rows.map(({ sealed }) => ctx.vault.open(sealed, endpointId)))
}

/**
 * Makes a new secret. The one before signs beside it for 24 hours, so that receivers can be changed without losing a message;
 * one that was still signing from an earlier rotation ends.
 */
export const rotateWebhookSecret = mutation(
  { permission: 'webhooks:write', input: RotateSecretInput, isFresh: true },
  async (scope, { webhookId, endOldNow }) => {
    const { id, name } = await lockEndpoint(scope, webhookId)
    const now = scope.clock.now()
    const oldSecretEndsAt = new Date(now.getTime() + (endOldNow ? 0 : OVERLAP_MS))
    const ofEndpoint = eq(webhookSecrets.endpointId, id)
    await scope.db.delete(webhookSecrets).where(and(ofEndpoint, sql`${webhookSecrets.expiresAt} is not null`))
    await scope.db.update(webhookSecrets).set({ expiresAt: oldSecretEndsAt }).where(ofEndpoint)
    const secret = await issueSecret(scope, id)
    scope.audit({
      action: 'webhook.secret_rotated',
      subject: { kind: 'webhook', id, label: name },
      after: { oldSecretEndsAt: oldSecretEndsAt.toISOString() },
    })
    return { secret, oldSecretEndsAt: oldSecretEndsAt.toISOString() }
  },
)
