import { connect } from 'node:net'
import { nameSlips, type SlipKind, slipRequests } from '../eslips/requests'
import { KINDS, type Kind, type Request, requestsOf, TOKEN_LENGTH, tokenOf } from './requests'

/** One slice of a measurement: what is sent, by whom, for how long. */
export interface Order {
  port: number
  kind: Kind | SlipKind
  /** Terminals that poll in turn. */
  terminals: number
  /** Whose turn it is first; counts on over the fleet. */
  firstTurn: number
  connections: number
  seconds: number
}

export interface Outcome {
  /** Whole answers within the time. */
  answers: number
  seconds: number
  /** How many there were of each status. */
  statuses: Record<string, number>
  nextTurn: number
  requestBytes: number
  answerBytes: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = /\r\ncontent-length: *(\d+)/i

/** The secrets of a fleet, one after the other: 47 MB for a million. */
export class Fleet {
  #tokens = Buffer.alloc(0)

  grow(terminals: number): Buffer {
    const known = this.#tokens.length / TOKEN_LENGTH
    if (known >= terminals) return this.#tokens
    const more = Buffer.alloc(terminals * TOKEN_LENGTH)
    this.#tokens.copy(more)
    for (let n = known; n < terminals; n++) more.write(tokenOf(n), n * TOKEN_LENGTH, 'latin1')
    this.#tokens = more
    return more
  }
}

/**
 * Sends requests over keep-alive connections, one at a time on each, and counts whole answers. The same loop for every
 * server, so that what the client costs is in every figure alike.
 */
export async function poll(fleet: Fleet, order: Order): Promise<Outcome> {
  const tokens = fleet.grow(order.terminals)
  const outcome: Outcome = {
    answers: 0,
    seconds: order.seconds,
    statuses: {},
    nextTurn: order.firstTurn,
    requestBytes: 0,
    answerBytes: 0,
  }
  // For each connection its own: what is written over may still wait to be sent on another.
  const forms = Array.from({ length: order.connections }, (_, at) => formsOf(order.kind, at))
  const startedAt = performance.now()
  const endAt = startedAt + order.seconds * 1000
  await Promise.all(forms.map((own) => pollOnOne(order, own, tokens, outcome, endAt)))
  outcome.seconds = (performance.now() - startedAt) / 1000
  return outcome
}

const isSlipKind = (kind: Order['kind']): kind is SlipKind => !KINDS.some((one) => one === kind)

function formsOf(kind: Order['kind'], connection: number): Request[] {
  return isSlipKind(kind) ? slipRequests(kind, connection) : requestsOf(kind)
}

function pollOnOne(
  order: Order,
  forms: readonly Request[],
  tokens: Buffer,
  outcome: Outcome,
  endAt: number,
): Promise<void> {
  const socket = connect(order.port, '127.0.0.1')
  socket.setNoDelay(true)
  let received: Buffer | undefined
  const send = () => {
    const turn = outcome.nextTurn++
    const form = forms[Math.floor(turn / order.terminals) % forms.length] as (typeof forms)[number]
    const from = (turn % order.terminals) * TOKEN_LENGTH
    tokens.copy(form.bytes, form.tokenAt, from, from + TOKEN_LENGTH)
    nameSlips(form)
    outcome.requestBytes = form.bytes.length
    socket.write(form.bytes)
  }
  return new Promise((resolve, reject) => {
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (chunk: Buffer) => {
      received = received === undefined ? chunk : Buffer.concat([received, chunk])
      const sizeBytes = answerSize(received)
      if (sizeBytes === undefined || received.length < sizeBytes) return
      const status = received.toString('latin1', 9, 12)
      received = undefined
      outcome.answers++
      outcome.answerBytes = sizeBytes
      outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1
      if (performance.now() < endAt) send()
      else socket.destroy()
    })
  })
}

/** Bytes of the whole answer; undefined while its head is not there. */
function answerSize(received: Buffer): number | undefined {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd === -1) return undefined
  const bodyFrom = headEnd + HEAD_END.length
  if (received.toString('latin1', 9, 12) === '204') return bodyFrom
  return bodyFrom + Number(LENGTH.exec(received.toString('latin1', 0, headEnd))?.[1] ?? 0)
}
