import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { hashToken, normalizeEnrollmentCode } from '../../../core/tokens'
import { inMutation } from '../../../core/verb'
import { activateCredential, endCredentials, endOldest, issueCredential } from '../../credentials'
import { mayEnroll } from '../decide'
import { enrollmentRefused } from '../errors'
import { enrollmentCodes, enrollmentCodeTerminals, terminals } from '../tables'
import { subjectOf } from './register'

/** Secrets of one enrolment that may wait for their first use; each repeat of a lost answer makes one. */
const MAX_PENDING = 8

export interface EnrollRequest {
  serial: string
  platform: string
  model?: string | undefined
  tid?: string | undefined
  enrollmentCode: string
}

/**
 * Trades a code for a token. The same code and serial number may be repeated, and give a fresh token each time, until
 * one of them is first used (contract, "Who is calling"). Whatever is wrong is one and the same `enrollment_refused`,
 * and costs the same two queries.
 *
 * What the terminal says of its platform, model and TID is not judged here: its first check-in shows it, and what
 * differs from the registry is flagged there.
 */
export async function enrollTerminal(
  ctx: Ctx,
  request: EnrollRequest,
): Promise<{ terminalId: string; token: string; intervalSeconds: number }> {
  return inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    // The terminal's row is the lock: repeats at the same moment come one after the other.
    const [terminal] = await scope.db
      .select()
      .from(terminals)
      .where(eq(terminals.serial, request.serial))
      .for('update')
    const [grant] = await scope.db
      .select({ codeId: enrollmentCodes.id })
      .from(enrollmentCodes)
      .innerJoin(enrollmentCodeTerminals, eq(enrollmentCodeTerminals.codeId, enrollmentCodes.id))
      .where(
        and(
          eq(enrollmentCodes.codeHash, hashToken(normalizeEnrollmentCode(request.enrollmentCode))),
          eq(enrollmentCodeTerminals.terminalId, terminal?.id ?? NOBODY),
          isNull(enrollmentCodeTerminals.spentAt),
          isNull(enrollmentCodes.revokedAt),
          sql`${enrollmentCodes.expiresAt} > ${now.toISOString()}`,
        ),
      )
    if (terminal === undefined || grant === undefined || !mayEnroll(terminal)) throw enrollmentRefused()
    await endOldest(scope.db, 'terminal', terminal.id, MAX_PENDING - 1, now)
    const { token } = await issueCredential(scope.db, {
      subjectKind: 'terminal',
      subjectId: terminal.id,
      origin: 'enrollment',
      originId: grant.codeId,
      now,
    })
    scope.audit({
      action: 'terminal.enrollment_answered',
      subject: subjectOf(terminal),
      after: {
        codeId: grant.codeId,
        platform: request.platform,
        model: request.model ?? null,
        tid: request.tid ?? null,
      },
    })
    return {
      terminalId: terminal.id,
      token,
      intervalSeconds: terminal.checkInIntervalSeconds ?? scope.settings.terminals.checkInSeconds,
    }
  })
}

/** The nil UUID: no terminal has it. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * The first use of a secret: it becomes the terminal's only one, the code it came from is spent for this terminal, and
 * an awaited terminal is active. False where the secret is not pending any more.
 */
export async function firstUseOfToken(
  ctx: Ctx,
  use: { terminalId: string; credentialId: string },
): Promise<boolean> {
  return inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    const [terminal] = await scope.db
      .select()
      .from(terminals)
      .where(eq(terminals.id, use.terminalId))
      .for('update')
    const activated = terminal && (await activateCredential(scope.db, use.credentialId, now))
    if (terminal === undefined || activated === undefined) {
      scope.nothingChanged()
      return false
    }
    if (activated.origin === 'enrollment' && activated.originId !== null) {
      await scope.db
        .update(enrollmentCodeTerminals)
        .set({ spentAt: now })
        .where(
          and(
            eq(enrollmentCodeTerminals.codeId, activated.originId),
            eq(enrollmentCodeTerminals.terminalId, terminal.id),
          ),
        )
      const state = terminal.state === 'expected' ? 'active' : terminal.state
      await scope.db
        .update(terminals)
        .set({ state, enrolledAt: now, reopenedAt: null, updatedAt: now })
        .where(eq(terminals.id, terminal.id))
      scope.audit({
        action: 'terminal.enrolled',
        subject: subjectOf(terminal),
        before: { state: terminal.state, enrolledAt: terminal.enrolledAt?.toISOString() },
        after: { state, enrolledAt: now.toISOString() },
      })
    } else {
      scope.audit({
        action: 'terminal.token_rotated',
        subject: subjectOf(terminal),
        after: { credentialId: use.credentialId },
      })
    }
    scope.changed({ topic: 'terminal', subjectId: terminal.id })
    return true
  })
}

/** A fresh secret beside the one in use; asking again replaces the one that was never used. */
export async function rotateToken(ctx: Ctx, terminalId: string): Promise<{ token: string }> {
  return inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    const [terminal] = await scope.db
      .select()
      .from(terminals)
      .where(eq(terminals.id, terminalId))
      .for('update')
    if (terminal === undefined) throw enrollmentRefused()
    await endCredentials(scope.db, 'terminal', [terminalId], now, 'pending')
    const { token, credentialId } = await issueCredential(scope.db, {
      subjectKind: 'terminal',
      subjectId: terminalId,
      origin: 'rotation',
      now,
    })
    scope.audit({
      action: 'terminal.token_requested',
      subject: subjectOf(terminal),
      after: { credentialId },
    })
    return { token }
  })
}
