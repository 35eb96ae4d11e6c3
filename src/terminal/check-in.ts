import { hash } from 'node:crypto'
import { failure } from '../core/errors'
import type { GroupCommit } from '../core/group-commit'
import type { OfferedAction } from '../features/actions'
import {
  type AcceptedStatus,
  CheckIn,
  clockSkewMs,
  hashWithoutCardNumbers,
  nextCheckInSeconds,
  type ReportedStatus,
  vitalsWithoutCardNumbers,
} from '../features/monitoring/status'
import { CheckInAnswer } from './answers'
import type { TerminalDirectory } from './directory'
import { message, type Reply, type TerminalCall } from './message'
import type { Plans } from './plans'
import type { PresenceQueue } from './presence-queue'

export interface CheckInParts {
  directory: TerminalDirectory
  plans: Plans
  presence: PresenceQueue
  statuses: GroupCommit<ReportedStatus, AcceptedStatus>
  /** Fields of the status that some planner reads. */
  planReads: ReadonlySet<string>
  /** Brings a terminal's entry up to date from the database. */
  refresh(terminalId: string): Promise<void>
  /** 1 when idle; more stretches everybody's interval. */
  loadFactor(): number
}

const statusRequired = failure(
  'conflict',
  'status_required',
  'The server does not know this status hash. Send the whole status.',
)

/** Nothing said, nothing to do. */
const IDLE = 'idle'

/** What of a client's own hash is remembered. */
function hashDigest(clientHash: string): Buffer {
  return hash('sha256', clientHash, 'buffer')
}

/**
 * `POST /terminal/v1/check-in` (contract, "The one poll"). The hottest message of all: idle, it is answered from
 * memory, without a query, a write or a promise.
 */
export function checkInMessage(parts: CheckInParts) {
  return message({
    name: 'check-in',
    method: 'POST',
    path: '/check-in',
    summary: 'Say how the terminal is and hear what there is to do',
    allowedWhileSuspended: true,
    body: { schema: CheckIn, maxBytes: 256 * 1024 },
    answers: {
      200: {
        description: 'There is something to do.',
        schema: CheckInAnswer,
        headers: ['Psm-Next-Check-In'],
      },
      204: {
        description: 'Nothing to do. `Psm-Next-Check-In` says in how many seconds to come again.',
        headers: ['Psm-Next-Check-In'],
      },
      409: { description: '`status_required`: the hash is not known, send the whole status.' },
    },
    noted: {
      hasBodies: true,
      countsCardsIn: ({ status }) => status,
      alike: ({ status }, reply) =>
        status === undefined ? (wishesIn(reply, ({ id }) => id) ?? IDLE) : undefined,
      about: (_call, body, reply) =>
        wishesIn(reply, ({ kind }) => kind) ?? (body?.status === undefined ? undefined : 'status'),
    },
    handle(call, body) {
      if (body.status === undefined && body.statusHash === undefined) return answer(parts, call, body)
      if (body.status === undefined) {
        const digest = hashDigest(body.statusHash as string)
        if (parts.directory.hasClientHash(call.caller.slot, digest)) return answer(parts, call, body)
        return askAgain(parts, call, body, digest)
      }
      return accept(parts, call, body)
    },
  })
}

/** Another server may have accepted that status: one look into the database before the terminal is sent back. */
async function askAgain(
  parts: CheckInParts,
  call: TerminalCall,
  body: CheckIn,
  digest: Buffer,
): Promise<Reply> {
  await parts.refresh(call.caller.terminalId)
  if (!parts.directory.hasClientHash(call.caller.slot, digest)) throw statusRequired()
  parts.plans.forget(call.caller.slot)
  return answer(parts, call, body)
}

async function accept(parts: CheckInParts, call: TerminalCall, body: CheckIn): Promise<Reply> {
  const clientHash = body.statusHash === undefined ? null : hashWithoutCardNumbers(body.statusHash)
  const { changedFields, digest } = await parts.statuses.submit({
    terminalId: call.caller.terminalId,
    status: body.status ?? {},
    clientHash,
    receivedAtMs: call.receivedAtMs,
  })
  const { slot } = call.caller
  parts.directory.setClientHash(slot, clientHash === null ? null : hashDigest(clientHash))
  // Nothing new to the database and yet new to us: it came in through another server, and its plan with it.
  const isFromElsewhere = changedFields.length === 0 && !parts.directory.hasStatus(slot, digest)
  if (isFromElsewhere || changedFields.some((field) => parts.planReads.has(field))) parts.plans.forget(slot)
  parts.directory.setStatus(slot, digest)
  return answer(parts, call, body)
}

function answer(parts: CheckInParts, call: TerminalCall, body: CheckIn): Reply | Promise<Reply> {
  const { slot } = call.caller
  const { directory } = parts
  const nextSeconds = nextCheckInSeconds(
    directory.intervalSeconds(slot),
    directory.phase(slot),
    call.receivedAtMs,
    parts.loadFactor(),
  )
  parts.presence.heard(slot, {
    terminalId: call.caller.terminalId,
    seenAtMs: call.receivedAtMs,
    nextCheckInSeconds: nextSeconds,
    clockSkewMs: clockSkewMs(body.vitals?.localTime, call.receivedAtMs) ?? null,
    vitals: body.vitals === undefined ? null : vitalsWithoutCardNumbers(body.vitals),
  })
  if (directory.isSuspended(slot)) return shape([], nextSeconds, call)
  const known = parts.plans.known(slot, Math.floor(call.receivedAtMs / 1000))
  if (known !== undefined) return shape(known, nextSeconds, call)
  return parts.plans.compute(slot).then((actions) => shape(actions, nextSeconds, call))
}

function shape(actions: readonly OfferedAction[], nextSeconds: number, call: TerminalCall): Reply {
  if (actions.length === 0) return { status: 204, headers: { 'Psm-Next-Check-In': String(nextSeconds) } }
  return {
    status: 200,
    headers: { 'Psm-Next-Check-In': String(nextSeconds) },
    json: {
      serverTime: new Date(call.receivedAtMs).toISOString(),
      nextCheckInSeconds: nextSeconds,
      actions,
    },
  }
}

/** The actions that were answered, by what is told of each. */
function wishesIn(reply: Reply | undefined, told: (action: OfferedAction) => string): string | undefined {
  if (reply === undefined || !('json' in reply)) return undefined
  const { actions } = reply.json as { actions: readonly OfferedAction[] }
  return actions.map(told).join(' ')
}
