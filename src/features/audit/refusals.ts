import { type Actor, type AuditCaller, type Services, visibilityOf } from '../../core/context'
import type { Failure } from '../../core/errors'

/** What was called: `terminals.suspend`, or `POST /terminals/{terminalId}/suspend`. */
interface Call {
  door: 'tRPC' | 'REST'
  name: string
}

/**
 * Notes in the audit log that a known operator or program was refused what it asked for. It is never waited for, and the
 * same refusals of the same caller share rows.
 */
export function noteRefusal(
  { auditBursts, log }: Pick<Services, 'auditBursts' | 'log'>,
  caller: AuditCaller,
  { door, name }: Call,
  failure: Failure,
): void {
  if (!isRefusal(caller.actor, failure)) return
  const { permission } = failure.details.values ?? {}
  auditBursts
    .note(caller, {
      action: 'access.refused',
      subject: { kind: 'call', id: name, label: name },
      after: { door, code: failure.code, ...(typeof permission === 'string' ? { permission } : {}) },
      isDroppable: true,
    })
    .catch((error: unknown) => log.warn('refusal_not_noted', { error: error as Error }))
}

/** Whoever has limits is told of what lies beyond them that it is not there. */
function isRefusal(actor: Actor, { kind, code }: Failure): boolean {
  if (actor.kind !== 'operator' && actor.kind !== 'integrator') return false
  if (kind === 'forbidden') return true
  return kind === 'not_found' && code.endsWith('_not_found') && visibilityOf(actor).kind === 'limited'
}
