import { and, eq, sql } from 'drizzle-orm'
import { mutation } from '../../../core/verb'
import { EnableWebhookInput, WebhookRef } from '../schemas'
import type { EventSource } from '../sources'
import { webhookCursors, webhookEndpoints, webhookMessages } from '../tables'
import { toCursor } from './cursors'
import { lockEndpoint, viewOf } from './find'

/** Sends nothing more until it is enabled again; its cursors and what waits stay where they are. */
export const disableWebhook = mutation(
  { permission: 'webhooks:write', input: WebhookRef },
  async (scope, { webhookId }) => {
    const { id, name, state } = await lockEndpoint(scope, webhookId)
    if (state === 'disabled') scope.nothingChanged()
    else {
      await scope.db
        .update(webhookEndpoints)
        .set({ state: 'disabled', disabledBy: 'operator', disabledAt: scope.clock.now() })
        .where(eq(webhookEndpoints.id, id))
      scope.audit({
        action: 'webhook.disabled',
        subject: { kind: 'webhook', id, label: name },
        before: { state },
        after: { state: 'disabled', disabledBy: 'operator' },
      })
    }
    return viewOf(scope, id)
  },
)

/** Goes on where it stopped, so that nothing is missed; or, if asked so, with what happens from now on. */
export const enableWebhookOf = (sources: readonly EventSource[]) =>
  mutation({ permission: 'webhooks:write', input: EnableWebhookInput }, async (scope, input) => {
    const { id, name, state, disabledBy } = await lockEndpoint(scope, input.webhookId)
    if (state === 'enabled') {
      scope.nothingChanged()
      return viewOf(scope, id)
    }
    const now = scope.clock.now()
    const waiting = await scope.db
      .update(webhookMessages)
      .set(
        input.skipMissed
          ? { state: 'failed', settledAt: now }
          : { attempts: 0, firstAttemptAt: null, nextAttemptAt: now },
      )
      .where(and(eq(webhookMessages.endpointId, id), eq(webhookMessages.state, 'pending')))
      .returning({ id: webhookMessages.id })
    const givenUp = input.skipMissed ? waiting.length : 0
    await scope.db
      .update(webhookEndpoints)
      .set({
        state: 'enabled',
        disabledBy: null,
        disabledAt: null,
        failingSince: null,
        failedCount: sql`${webhookEndpoints.failedCount} + ${givenUp}`,
      })
      .where(eq(webhookEndpoints.id, id))
    for (const source of input.skipMissed ? sources : [])
      await scope.db
        .update(webhookCursors)
        .set(toCursor(await source.newest(scope)))
        .where(and(eq(webhookCursors.endpointId, id), eq(webhookCursors.eventType, source.type)))
    scope.audit({
      action: 'webhook.enabled',
      subject: { kind: 'webhook', id, label: name },
      before: { state, disabledBy },
      after: { state: 'enabled', skipMissed: input.skipMissed },
    })
    return viewOf(scope, id)
  })
