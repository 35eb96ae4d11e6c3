import { connect } from 'node:net'
import { type Kind, requestsOf, TOKEN_LENGTH, tokenOf } from './requests'

/** One slice of a measurement: what is sent, by whom, for how long. */
export interface Order {
  port: number
  kind: Kind
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
    requestBytes: requestsOf(order.kind)[0]?.bytes.length ?? 0,
    answerBytes: 0,
  }
  const startedAt = performance.now()
  const endAt = startedAt + order.seconds * 1000
  await Promise.all(Array.from({ length: order.connections }, () => pollOnOne(order, tokens, outcome, endAt)))
  outcome.seconds = (performance.now() - startedAt) / 1000
  return outcome
}

function pollOnOne(order: Order, tokens: Buffer, outcome: Outcome, endAt: number): Promise<void> {
  const forms = requestsOf(order.kind)
  const socket = connect(order.port, '127.0.0.1')
  socket.setNoDelay(true)
  let received: Buffer | undefined
  const send = () => {
    const turn = outcome.nextTurn++
    const form = forms[Math.floor(turn / order.terminals) % forms.length] as (typeof forms)[number]
    const from = (turn % order.terminals) * TOKEN_LENGTH
    tokens.copy(form.bytes, form.tokenAt, from, from + TOKEN_LENGTH)
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
