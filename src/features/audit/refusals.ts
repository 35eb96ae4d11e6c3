import { type Actor, type AuditCaller, type Services, type Tally, visibilityOf } from '../../core/context'
import type { Failure } from '../../core/errors'
import { askedFor, namedSubject } from './asked-for'

/** What was called: `terminals.suspend`, or `POST /terminals/{terminalId}/suspend`, and with what. */
interface Call {
  door: 'tRPC' | 'REST'
  name: string
  /** As it came, of which nothing is believed. Asked for only where there is something to note. */
  input(): unknown
}

/**
 * Notes in the audit log that a known operator or program was refused what it asked for, and what that was about. It is
 * never waited for, and the same refusals of the same caller share rows.
 */
export function noteRefusal(
  { auditBursts, sql, log }: Pick<Services, 'auditBursts' | 'sql' | 'log'>,
  caller: AuditCaller,
  { door, name, input }: Call,
  failure: Failure,
): void {
  if (!isRefusal(caller.actor, failure)) return
  const { permission } = failure.details.values ?? {}
  const note = (asked: ReturnType<typeof askedFor>) =>
    auditBursts.note(caller, {
      action: 'access.refused',
      subject: asked ?? { kind: 'call', id: name, label: name },
      ...(asked === undefined ? {} : { findSubject: () => namedSubject(sql, asked) }),
      after: {
        ...{ door, call: name, code: failure.code },
        ...(typeof permission === 'string' ? { permission } : {}),
      },
      beyond: refusedOften(`${name}: ${failure.code}`),
    })
  Promise.resolve()
    .then(input)
    // What cannot be read names nothing.
    .catch(() => undefined)
    .then((found) => note(askedFor(found)))
    .catch((error: unknown) => log.warn('refusal_not_noted', { error: error as Error }))
}

/** Where refusals are counted that find no room for a row each. */
export function refusedOften(kind: string): Tally {
  return { action: 'access.refused_often', subject: NO_SUBJECT, kinds: 'calls', kind }
}

/** Somebody who is not known, and the door they stand at. */
export interface Stranger {
  door: 'tRPC' | 'REST' | 'sign-in' | 'terminals'
  requestId: string
  address: string
}

/**
 * Notes that somebody called who is not known, or is told to wait for having been refused too often. All of them at one door
 * are counted in one row a minute, by where they call from: whoever is not known could fill the log otherwise.
 */
export function noteStranger(
  { auditBursts }: Pick<Services, 'auditBursts'>,
  { door, ...from }: Stranger,
): void {
  const actor = { kind: 'job', name: 'strangers' } as const
  const action = 'access.stranger_refused'
  const subject = { kind: 'call', id: door, label: door }
  const kinds = { kinds: 'addresses', kind: from.address }
  auditBursts.count({ ...from, actor }, { action, subject, after: { door }, ...kinds })
}

const NO_SUBJECT = { kind: 'call', id: '', label: '' }

/** Whoever has limits is told of what lies beyond them that it is not there. */
function isRefusal(actor: Actor, { kind, code }: Failure): boolean {
  if (actor.kind !== 'operator' && actor.kind !== 'integrator') return false
  if (kind === 'forbidden') return true
  return kind === 'not_found' && code.endsWith('_not_found') && visibilityOf(actor).kind === 'limited'
}
