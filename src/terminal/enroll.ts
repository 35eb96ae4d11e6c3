import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { uptimeMs } from '../core/clock'
import type { Ctx } from '../core/context'
import { failure, isFailure } from '../core/errors'
import { PLATFORM_IDS } from '../core/platforms'
import type { SourceLimiter } from '../core/rate'
import { nextCheckInSeconds } from '../features/monitoring/status'
import { enrollTerminal, rotateToken } from '../features/terminals'
import { TokenAnswer } from './answers'
import { readJsonBody } from './body'
import type { PublicMessage } from './handler'
import { message, type TerminalMessage } from './message'

/** What a terminal says at enrolment. Bounded like everything a stranger sends, judged by the verb alone. */
export const EnrollMessage = z.object({
  serial: z.string().min(1).max(64),
  platform: z.enum(PLATFORM_IDS),
  model: z.string().max(128).optional(),
  tid: z.string().max(64).optional(),
  enrollmentCode: z.string().min(1).max(128),
})

const MAX_BODY_BYTES = 4 * 1024
/** Refusals of a source that are answered at once; mistyped codes are common. */
const FREE_REFUSALS = 10
const DELAY_STEP_MS = 100
const LONGEST_DELAY_MS = 2_000
const MAX_DELAYED = 500

const slowDown = failure(
  'rate_limited',
  'too_many_refusals',
  'Too many refused enrolments from this address.',
)

export interface EnrollParts {
  refusals: SourceLimiter
  makeCtx(requestId: string): Ctx
  loadFactor(): number
}

/**
 * `POST /terminal/v1/enroll` (contract, "Who is calling"). Only refusals are slowed down, by source: guessing gets
 * nowhere, and the owner of a serial number is never locked out, not even behind the guesser's own carrier address.
 */
export function enrollMessage(parts: EnrollParts): PublicMessage {
  let delayed = 0
  return {
    method: 'POST',
    path: '/enroll',
    async handle(req, source, requestId, nowMs) {
      const body = await readJsonBody(req, { schema: EnrollMessage, maxBytes: MAX_BODY_BYTES })
      try {
        const { terminalId, token, intervalSeconds } = await enrollTerminal(parts.makeCtx(requestId), body)
        return {
          status: 201,
          json: {
            terminalId,
            token,
            serverTime: new Date(nowMs).toISOString(),
            nextCheckInSeconds: nextCheckInSeconds(intervalSeconds, Math.random(), nowMs, parts.loadFactor()),
          },
        }
      } catch (error) {
        if (!isFailure(error) || error.kind !== 'forbidden') throw error
        const atMs = uptimeMs()
        const isWithinLimit = parts.refusals.take(source, atMs)
        if (!isWithinLimit || delayed >= MAX_DELAYED)
          throw slowDown({ retryAfterSeconds: 60 }, { cause: error })
        const over = parts.refusals.used(source, atMs) - FREE_REFUSALS
        if (over > 0) {
          delayed++
          await wait(Math.min(LONGEST_DELAY_MS, over * DELAY_STEP_MS)).finally(() => delayed--)
        }
        throw error
      }
    },
  }
}

/** `POST /terminal/v1/token`: a fresh token; the old one stays good until the new one is first used. */
export function tokenMessage(): TerminalMessage {
  return message({
    name: 'token',
    method: 'POST',
    path: '/token',
    summary: 'Rotate the token',
    allowedWhileSuspended: true,
    answers: {
      200: {
        description: 'The new token; the old one ends when this one is first used.',
        schema: TokenAnswer,
      },
    },
    async handle(call) {
      const { token } = await rotateToken(await call.ctx(), call.caller.terminalId)
      return { status: 200, json: { token } }
    },
  })
}
