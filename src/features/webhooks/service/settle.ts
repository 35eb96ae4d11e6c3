import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { inMutation, type MutationScope } from '../../../core/verb'
import { type Answer, judge, type Verdict } from '../decide'
import { eventsOf } from '../message'
import type { EventSource } from '../sources'
import { webhookAttempts, webhookEndpoints, webhookMessages } from '../tables'
import { type Claim, isHeld } from './claims'

type Message = typeof webhookMessages.$inferSelect
type Endpoint = typeof webhookEndpoints.$inferSelect

/**
 * Writes down what an attempt brought: the attempt, where the message stands, how the endpoint is doing, in one
 * transaction, with what the source of its events notes of a delivery. An endpoint that this disables gets its audit row;
 * attempts are their own record.
 * @returns undefined where the claim was lost meanwhile: then the attempt is another's to make, and nothing is written
 */
export async function settleAttempt(
  ctx: Ctx,
  sources: readonly EventSource[],
  { claim, message, answer }: { claim: Claim; message: Message; answer: Answer },
): Promise<Verdict['outcome'] | undefined> {
  return inMutation(ctx, async (scope) => {
    const [endpoint] = await scope.db.select().from(webhookEndpoints).where(isHeld(claim)).for('update')
    if (endpoint === undefined) {
      scope.nothingChanged()
      return undefined
    }
    const now = scope.clock.now()
    const firstAttemptAt = message.firstAttemptAt ?? now
    const attempts = message.attempts + 1
    const { failingSince } = endpoint
    const verdict = judge(answer, { attempts, firstAttemptAt, failingSince, now, random: Math.random() })
    await scope.db.insert(webhookAttempts).values({
      id: newId(now.getTime()),
      messageId: message.id,
      endpointId: endpoint.id,
      at: now,
      isDelivered: verdict.outcome === 'delivered',
      durationMs: answer.durationMs,
      status: answer.status ?? null,
      error: answer.error ?? null,
      answer: answer.answer,
    })
    await scope.db
      .update(webhookMessages)
      .set({
        ...standingAfter(verdict, now),
        attempts,
        firstAttemptAt,
        lastStatus: answer.status ?? null,
        lastError: answer.error ?? null,
      })
      .where(eq(webhookMessages.id, message.id))
    await noteAtEndpoint(scope, endpoint, verdict, now)
    const source = sources.find(({ type }) => type === message.type)
    if (verdict.outcome === 'delivered')
      await source?.noteTold?.(scope, endpoint, eventsOf(source, message.body))
    return verdict.outcome
  })
}

/** An endpoint that was disabled keeps the message, due for when it is enabled again. */
function standingAfter(verdict: Verdict, now: Date): Partial<Message> {
  if (verdict.outcome === 'again') return { nextAttemptAt: verdict.at }
  return verdict.outcome === 'disabled' ? {} : { state: verdict.outcome, settledAt: now }
}

async function noteAtEndpoint(
  scope: MutationScope,
  { id, name, state, failingSince }: Endpoint,
  verdict: Verdict,
  now: Date,
): Promise<void> {
  const { outcome } = verdict
  await scope.db
    .update(webhookEndpoints)
    .set({
      ...(outcome === 'delivered'
        ? { lastDeliveredAt: now, deliveredCount: sql`${webhookEndpoints.deliveredCount} + 1` }
        : {}),
      ...(outcome === 'failed' ? { failedCount: sql`${webhookEndpoints.failedCount} + 1` } : {}),
      ...(outcome === 'disabled' ? { state: 'disabled', disabledBy: verdict.by, disabledAt: now } : {}),
      failingSince: outcome === 'delivered' ? null : (failingSince ?? now),
    })
    .where(eq(webhookEndpoints.id, id))
  if (outcome !== 'disabled') return scope.changedNothingShared()
  scope.log.warn('webhook_disabled', { webhookId: id, by: verdict.by })
  scope.audit({
    action: 'webhook.disabled',
    subject: { kind: 'webhook', id, label: name },
    before: { state },
    after: { state: 'disabled', disabledBy: verdict.by },
  })
}
