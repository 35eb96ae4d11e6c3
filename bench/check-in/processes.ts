import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { ConnectionTarget } from '../../src/db/client'
import { type Archived, archiveNow } from '../eslips/archive-job'
import { commitSingleRows } from '../eslips/single-rows'
import { Fleet, type Order, type Outcome, poll } from './client'
import { type RunningServer, startDoor, startEcho } from './servers'

/** What a process of the bench is for; told as JSON in its first argument. */
export type Role =
  | { role: 'client' }
  | { role: 'echo' }
  | { role: 'rows'; database: ConnectionTarget }
  | { role: 'door'; database: ConnectionTarget; directory: string; env?: Record<string, string> }

/** A process that answers each line with a line; it ends when we do, as its standard input ends. */
interface Child {
  ask(question: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** Lies beside the bench (scripts/bench.mjs). */
const ROLE = path.join(path.dirname(process.argv[1] ?? ''), 'role.mjs')

/** @param program `node` with options, or another runtime such as `deno run -A`. */
export function startChild(program: readonly string[], role: Role): Child {
  const [command = '', ...args] = program
  const child = spawn(command, [...args, ROLE, JSON.stringify(role)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`The ${role.role} process of the bench ended.`)
      return JSON.parse(value)
    },
    stop() {
      child.stdin.end()
      return exited
    },
  }
}

export interface Client {
  poll(order: Order): Promise<Outcome>
  stop(): Promise<void>
}

export function startClient(): Client {
  const child = startChild([process.execPath], { role: 'client' })
  return { poll: (order) => child.ask(order) as Promise<Outcome>, stop: child.stop }
}

/** @returns a door can be told to archive its old days of slips: while it does, nothing else is asked of it */
export async function startServer(
  program: readonly string[],
  role: Role,
): Promise<RunningServer & { archive(): Promise<Archived> }> {
  const child = startChild(program, role)
  const ask = () =>
    child.ask('figures') as Promise<{ port: number; pid: number; dropped: number; unlogged: number }>
  const { port, pid } = await ask()
  return {
    port,
    pid,
    dropped: async () => (await ask()).dropped,
    unlogged: async () => (await ask()).unlogged,
    archive: () => child.ask('archive') as Promise<Archived>,
    stop: child.stop,
  }
}

/** The other side: plays the role until standard input ends. */
export async function play(role: Role): Promise<void> {
  const { answer, stop } = await begin(role)
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`)
  await stop()
}

interface Part {
  answer(question: unknown): unknown
  stop(): unknown
}

async function begin(role: Role): Promise<Part> {
  const stop = () => {}
  if (role.role === 'client') {
    const fleet = new Fleet()
    return { answer: (order) => poll(fleet, order as Order), stop }
  }
  if (role.role === 'rows')
    return {
      answer: (order) => commitSingleRows(role.database, order as { connections: number; seconds: number }),
      stop,
    }
  if (role.role === 'echo') return partOf(await startEcho())
  const door = await startDoor(role.database, role.directory, role.env)
  const part = partOf(door)
  return {
    ...part,
    answer: (question) => (question === 'archive' ? archiveNow(door.services) : part.answer(question)),
  }
}

function partOf(server: RunningServer): Part {
  return {
    answer: async () => ({
      port: server.port,
      pid: server.pid,
      dropped: await server.dropped(),
      unlogged: await server.unlogged(),
    }),
    stop: () => server.stop(),
  }
}
