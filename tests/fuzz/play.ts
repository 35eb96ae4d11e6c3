import type { TerminalClient } from '../../src/tools/simulator/client'
import type { Operation, Published } from './document'
import { Memory } from './memory'
import { type FuzzRequest, Requests } from './requests'
import { Values } from './values'
import type { FuzzCaller, World } from './world'

/** What an answer did that it must not, with the first request that showed it. */
export interface Fault {
  what: string
  operation: string
  caller: string
  request: string
  answer: string
  seed: number
  times: number
}

export interface Report {
  requests: number
  /** Answers by status. */
  statuses: Record<string, number>
  /** Operations that were never answered with success. */
  unreached: string[]
  slowestMs: number
  faults: Fault[]
}

export interface PlayParts {
  published: Published
  world: World
  client: TerminalClient
  /** Every code that the sources know. */
  codes: ReadonlySet<string>
  prefix: string
  requests: number
  seed: number
}

/** The server may be busy with other tests: what hangs is meant, not what is slow. */
const LIMIT_MS = 10_000
/** What nobody outside may see: paths of the machine, statements, traces. */
const LEAKS = /\bat \S+ \(|node_modules|\bselect \S+ from\b|\binsert into\b|PostgresError|ZodError|TypeError/

/**
 * Plays requests one after the other, so that the same seed plays the same again, and holds every answer against the
 * document: no 5xx, a documented status, a body of the documented shape, refusals as problems with known codes.
 */
export async function play(parts: PlayParts): Promise<Report> {
  const { published, world, client, prefix } = parts
  const memory = new Memory(published, world.ownKeyIds)
  const requests = new Requests(published, new Values(memory), world.examples)
  await lookRound(parts, memory)
  const faults = new Map<string, Fault>()
  const statuses: Record<string, number> = {}
  const reached = new Set<string>()
  let slowestMs = 0
  for (let turn = 0; turn < parts.requests; turn++) {
    const seed = (parts.seed + turn) | 0
    const request = requests.make(turn, seed)
    const caller = callerOf(world.callers, seed)
    const startedMs = performance.now()
    const found: string[] = []
    let answer: Awaited<ReturnType<TerminalClient['send']>> | undefined
    try {
      answer = await client.send({
        method: request.method,
        path: `${prefix}${request.path}`,
        headers: { ...request.headers, ...caller.headers },
        ...(request.body === undefined ? {} : { body: request.body }),
      })
    } catch (error) {
      found.push(`no whole answer: ${(error as Error).message}`)
    }
    const tookMs = performance.now() - startedMs
    slowestMs = Math.max(slowestMs, tookMs)
    if (tookMs > LIMIT_MS) found.push('too slow')
    if (answer !== undefined) {
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      const [address = ''] = request.path.split('?', 1)
      const operation = published.find(request.method, address)
      found.push(...faultsOf(parts, request, caller, operation, answer))
      if (operation !== undefined && answer.status < 300) {
        reached.add(operation.id)
        if (operation === request.operation) memory.note(operation, parsed(answer.body))
      }
    }
    for (const what of found) {
      const operation = request.operation.id
      const key = `${operation} ${what}`
      const known = faults.get(key)
      if (known !== undefined) known.times++
      else
        faults.set(key, {
          ...{ what, operation, caller: caller.name, seed, times: 1 },
          request: shown(request),
          answer: `${answer?.status} ${answer?.body.toString('utf8').slice(0, 600)}`,
        })
    }
  }
  const unreached = published.operations.map(({ id }) => id).filter((id) => !reached.has(id))
  return { requests: parts.requests, statuses, unreached, slowestMs, faults: [...faults.values()] }
}

/** Every list and then everything in it, once, as somebody who sees it all: so that the first requests know of things too. */
async function lookRound({ published, client, prefix, world }: PlayParts, memory: Memory): Promise<void> {
  const [{ headers } = { headers: {} }] = world.callers
  const shown = published.operations.filter(({ method }) => method === 'GET')
  for (const operation of shown.sort((a, b) => a.path.split('{').length - b.path.split('{').length)) {
    const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(String(memory.pick(name, 0, operation.path) ?? '-')),
    )
    const { status, body } = await client.send({ method: 'GET', path: `${prefix}${path}`, headers })
    if (status === 200) memory.note(operation, parsed(body))
  }
}

function callerOf(callers: readonly FuzzCaller[], seed: number): FuzzCaller {
  const all = callers.reduce((sum, { weight }) => sum + weight, 0)
  // Neighbouring seeds must not mean the same operation and caller again and again.
  let at = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 8) % all
  for (const caller of callers) {
    at -= caller.weight
    if (at < 0) return caller
  }
  throw new Error('Nobody asks.')
}

function faultsOf(
  { published, codes }: PlayParts,
  { method }: FuzzRequest,
  { isStranger }: FuzzCaller,
  operation: Operation | undefined,
  answer: { status: number; headers: Record<string, unknown>; body: Buffer },
): string[] {
  const { status } = answer
  const found: string[] = []
  const text = answer.body.toString('utf8')
  if (status >= 500) found.push(`answers ${status}`)
  if (isStranger && status !== 401) found.push(`lets a stranger in with ${status}`)
  if (answer.headers['x-request-id'] === undefined) found.push('no X-Request-Id')
  // An answer to HEAD has no body.
  if (method === 'HEAD') return found
  const mediaType = String(answer.headers['content-type'] ?? '')
  if (status >= 400) {
    if (LEAKS.test(text) || text.includes(process.cwd())) found.push('tells of its insides')
    found.push(...problemFaults(published, codes, mediaType, answer.body, status))
  }
  if (operation === undefined) {
    if (status !== 404 && status !== 405 && status !== 401) found.push(`answers ${status} where nothing is`)
    return found
  }
  const response = operation.responses[status]
  if (response === undefined) return [...found, `answers ${status}, of which the document says nothing`]
  if (status >= 400) return found
  const content = Object.keys(response.content ?? {})
  if (content.length === 0) {
    if (answer.body.length > 0)
      found.push(`answers ${status} with a body, of which the document says nothing`)
    return found
  }
  const isSame = (one: string) => one.split(';', 1)[0] === mediaType.split(';', 1)[0]
  const documented = content.find(isSame)
  if (documented === undefined)
    return [...found, `answers ${status} as ${mediaType || 'nothing'}, not as documented`]
  if (!/[/+]json$/.test(documented)) return found
  const fault = published.faultOf(operation, String(status), documented, parsed(answer.body))
  if (fault !== undefined) found.push(`answers ${status} in another shape: ${fault}`)
  return found
}

function problemFaults(
  published: Published,
  codes: ReadonlySet<string>,
  mediaType: string,
  body: Buffer,
  status: number,
): string[] {
  if (!mediaType.startsWith('application/problem+json'))
    return [`refuses with ${status} as ${mediaType || 'nothing'}`]
  const problem = parsed(body) as { status?: number; code?: string }
  const fault = published.faultOfProblem(problem)
  if (fault !== undefined) return [`refuses in another shape: ${fault}`]
  const found = []
  if (problem.status !== status) found.push('says another status in its body')
  if (!codes.has(problem.code ?? '')) found.push(`refuses with a code nobody knows: ${problem.code}`)
  return found
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** To be tried again by hand. */
function shown({ method, path, headers, body }: FuzzRequest): string {
  const sent =
    body === undefined
      ? ''
      : ` ${body.length > 600 ? `(${body.length} bytes) ` : ''}${body.toString('utf8').slice(0, 600)}`
  return `${method} ${path.slice(0, 1500)} ${JSON.stringify(headers).slice(0, 400)}${sent}`
}
