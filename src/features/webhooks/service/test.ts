import { newId } from '../../../core/ids'
import { inMutation, mutations } from '../../../core/verb'
import { isGood } from '../decide'
import { TEST_TYPE } from '../lists'
import { WebhookRef } from '../schemas'
import { sendSigned } from './deliver'
import { findEndpoint } from './find'

/**
 * Sends a `webhook.test` at once, whatever waits and also while it is disabled, and tells what was answered. It is not
 * repeated and not kept.
 */
export const testWebhook = mutations(
  { permission: 'webhooks:write', input: WebhookRef },
  async (ctx, { webhookId }) => {
    const { id, name, url } = await findEndpoint(ctx, webhookId)
    const now = ctx.clock.now()
    const body = JSON.stringify({ type: TEST_TYPE, timestamp: now.toISOString(), data: { webhook: name } })
    const sent = await sendSigned(ctx, id, { url, id: newId(now.getTime()), body }, { signal: NEVER })
    const status = sent?.status ?? null
    const error = sent?.error ?? null
    await inMutation(ctx, async (scope) =>
      scope.audit({
        action: 'webhook.tested',
        subject: { kind: 'webhook', id, label: name },
        after: { status, error },
      }),
    )
    return {
      isDelivered: isGood(sent?.status),
      status,
      error,
      answer: sent?.answer ?? '',
      durationMs: sent?.durationMs ?? 0,
    }
  },
)

/** The caller waits for the answer; the time-out is the only end. */
const NEVER = new AbortController().signal
