import type { Ctx } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { sealedUnreadable } from '../../../core/vault'
import type { Answer, Verdict } from '../decide'
import { type Outgoing, SEND_TIMEOUT_MS, send } from '../send'
import { signedHeaders, wireId } from '../signature'
import type { EventSource } from '../sources'
import type { webhookMessages } from '../tables'
import { type Claim, claimEndpoints, nextUnderClaim, releaseClaim } from './claims'
import { signingSecrets } from './secrets'
import { settleAttempt } from './settle'

/** Endpoints that are sent to at the same time by one server: a slow one holds up no other. */
const AT_ONCE = 16
/** Then others have their turn. */
const MESSAGES_A_CLAIM = 100

export interface Courier {
  /** Begins to send for endpoints that are due, as many as there is room for; does not wait for them. */
  begin(): Promise<void>
  /** Resolves when nothing is being sent any more. */
  idle(): Promise<void>
  /** The same, but begins no further message: a slow endpoint with many would hold up all others. */
  end(): Promise<void>
  readonly counts: Record<Verdict['outcome'], number>
}

/**
 * Sends what waits. `signal` breaks off what is under way; such an attempt counts for nothing, and whoever comes next makes it
 * anew under the same `webhook-id`.
 */
export function createCourier(
  ctx: Ctx,
  sources: readonly EventSource[],
  signal: AbortSignal,
  timeoutMs = SEND_TIMEOUT_MS,
): Courier {
  const counts = { delivered: 0, again: 0, failed: 0, disabled: 0 }
  const underWay = new Set<Promise<void>>()
  let isEnding = false
  const deliver = async (claim: Claim) => {
    try {
      for (let sent = 0; sent < MESSAGES_A_CLAIM && !isEnding && !signal.aborted; sent++) {
        const outcome = await attemptNext(ctx, sources, claim, { signal, timeoutMs })
        if (outcome === undefined) break
        counts[outcome]++
        if (outcome === 'again' || outcome === 'disabled') break
      }
    } finally {
      await releaseClaim(ctx, claim)
    }
  }
  return {
    counts,
    async begin() {
      const room = AT_ONCE - underWay.size
      if (room === 0 || isEnding || signal.aborted) return
      for (const claim of await claimEndpoints(ctx, room)) {
        const run = deliver(claim)
          .catch((error: unknown) =>
            ctx.log.error('webhook_not_sent', { webhookId: claim.endpointId, error: error as Error }),
          )
          .then(() => {
            underWay.delete(run)
          })
        underWay.add(run)
      }
    },
    async idle() {
      await Promise.all(underWay)
    },
    async end() {
      isEnding = true
      await Promise.all(underWay)
    },
  }
}

/** One attempt under a claim. Undefined: nothing was due, the claim was lost, or it was broken off. */
async function attemptNext(
  ctx: Ctx,
  sources: readonly EventSource[],
  claim: Claim,
  bounds: { signal: AbortSignal; timeoutMs: number },
): Promise<Verdict['outcome'] | undefined> {
  const next = await nextUnderClaim(ctx, claim)
  if (next === undefined) return undefined
  const { url, message } = next
  const answer = await sendSigned(ctx, claim.endpointId, { url, id: message.id, body: message.body }, bounds)
  return answer === undefined ? undefined : settleAttempt(ctx, sources, { claim, message, answer })
}

/** Signs a message with all secrets that are good now and sends it; undefined where it was broken off. */
export async function sendSigned(
  ctx: Ctx,
  endpointId: string,
  message: Pick<Outgoing, 'url' | 'body'> & Pick<typeof webhookMessages.$inferSelect, 'id'>,
  { signal, timeoutMs = SEND_TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<Answer | undefined> {
  const now = ctx.clock.now()
  try {
    const secrets = await signingSecrets(ctx, endpointId)
    const headers = signedHeaders({ id: wireId(message.id), at: now, body: message.body }, secrets)
    const { allowPrivate } = ctx.settings.webhooks
    return await send({ ...message, headers }, { allowPrivate, timeoutMs, signal, now })
  } catch (error) {
    if (!isFailure(error) || error.code !== sealedUnreadable().code) throw error
    return {
      status: undefined,
      error: 'secret_unreadable',
      answer: '',
      durationMs: 0,
      retryAfterSeconds: undefined,
    }
  }
}
