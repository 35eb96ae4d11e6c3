import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Outcome } from './check-in/client'
import { openFleet } from './check-in/fleet'
import { type Client, play, type Role, startClient, startServer } from './check-in/processes'
import type { Kind } from './check-in/requests'
import { cpuSeconds } from './downloads/usage'
import { aligned, load, machine, median, whole } from './lib/print'

const HELP = `npm run bench -- pos-log [options]
  --seconds N      length of one slice (1)
  --rounds N       slices of each kind; medians are taken (15)
  --connections N  keep-alive connections (64)
  --terminals N    registered terminals, all of which poll in turn (100000)
`

const { values } = parseArgs({
  args: process.argv[2]?.startsWith('{') ? [] : process.argv.slice(2),
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '15' },
    connections: { type: 'string', default: '64' },
    terminals: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
})

const GOAL = 0.9
const WARM_UP_SECONDS = 3
/** What is polled: by a few terminals, whose idle check-ins are soon one row each, and by many, of which each begins one. */
const WAYS: readonly { name: string; kind: Kind; isFew: boolean }[] = [
  { name: 'idle, 1,000 terminals', kind: 'idle', isFew: true },
  { name: 'idle, all in turn', kind: 'idle', isFew: false },
  { name: 'changed, all in turn', kind: 'changed', isFew: false },
]
const FEW = 1_000

type Side = 'without' | 'with'
const SIDES: readonly Side[] = ['without', 'with']

/** A door that is polled in slices; remembers whose turn it is. */
class Door {
  #turn = 0

  constructor(
    readonly client: Client,
    readonly server: Awaited<ReturnType<typeof startServer>>,
    readonly terminals: number,
  ) {}

  async poll(kind: Kind, isFew: boolean, seconds: number): Promise<Outcome> {
    const outcome = await this.client.poll({
      port: this.server.port,
      kind,
      terminals: isFew ? Math.min(FEW, this.terminals) : this.terminals,
      firstTurn: this.#turn,
      connections: Number(values.connections),
      seconds,
    })
    this.#turn = outcome.nextTurn
    const wrong = Object.keys(outcome.statuses).filter((status) => status !== '204')
    if (wrong.length > 0) throw new Error(`${kind}: answered ${JSON.stringify(outcome.statuses)}`)
    return outcome
  }
}

async function bench(): Promise<void> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const ends: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })]
  const terminals = Number(values.terminals)
  try {
    const client = startClient()
    ends.push(() => client.stop())
    const open = async (side: Side) => {
      const folder = path.join(directory, side)
      const database = await openFleet(path.join(folder, 'db'), terminals)
      ends.push(() => database.stop())
      const env = { POS_LOG_DAYS: side === 'with' ? '30' : '0' }
      const role: Role = { role: 'door', database: database.app, directory: folder, env }
      const server = await startServer([process.execPath], role)
      ends.push(() => server.stop())
      return new Door(client, server, terminals)
    }
    const doors: Record<Side, Door> = { without: await open('without'), with: await open('with') }
    process.stdout.write(`${(await measure(doors)).join('\n')}\n`)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

interface Slice {
  perSecond: number
  /** Processor time of the server for each answer. */
  cpuUs: number
}

/** Both doors take turns slice by slice, so that what else runs on the machine falls on both. */
async function measure(doors: Record<Side, Door>): Promise<string[]> {
  const rows: string[][] = []
  for (const { name, kind, isFew } of WAYS) {
    const slices: Record<Side, Slice[]> = { without: [], with: [] }
    for (const side of SIDES) await doors[side].poll(kind, isFew, WARM_UP_SECONDS)
    if (kind === 'idle') await settle(doors, isFew)
    const droppedBefore = await doors.with.server.unlogged()
    for (let round = 0; round < Number(values.rounds); round++)
      for (const side of round % 2 === 0 ? SIDES : [...SIDES].reverse())
        slices[side].push(await slice(doors[side], kind, isFew))
    const dropped = (await doors.with.server.unlogged()) - droppedBefore
    rows.push([name, ...cellsOf(slices), whole(dropped)])
  }
  return [
    machine(),
    `Node ${process.version}, client and PostgreSQL on this machine; ${whole(Number(values.terminals))} terminals, ${values.connections} connections`,
    `slices of ${values.seconds} s that take turns, medians of ${values.rounds}; ${load()}`,
    '',
    ...aligned(
      [
        'check-ins per second',
        'without log',
        'with log',
        'ratio',
        'goal',
        'CPU µs each',
        'ratio',
        'not logged',
      ],
      rows,
    ),
  ]
}

async function slice(door: Door, kind: Kind, isFew: boolean): Promise<Slice> {
  const { pid } = door.server
  const before = cpuSeconds(pid)
  const { answers, seconds } = await door.poll(kind, isFew, Number(values.seconds))
  return { perSecond: answers / seconds, cpuUs: ((cpuSeconds(pid) - before) / answers) * 1e6 }
}

function cellsOf(slices: Record<Side, Slice[]>): string[] {
  const of = (side: Side, name: keyof Slice) => median(slices[side].map((one) => one[name]))
  const ratio = of('with', 'perSecond') / of('without', 'perSecond')
  return [
    whole(of('without', 'perSecond')),
    whole(of('with', 'perSecond')),
    ratio.toFixed(2),
    `≥ ${GOAL} ${ratio >= GOAL ? 'met' : 'MISSED'}`,
    `${of('without', 'cpuUs').toFixed(1)} → ${of('with', 'cpuUs').toFixed(1)}`,
    (of('with', 'cpuUs') / of('without', 'cpuUs')).toFixed(2),
  ]
}

/** Polls both doors until every terminal has the one row of its idle check-ins: that is how they are for the rest of the day. */
async function settle(doors: Record<Side, Door>, isFew: boolean): Promise<void> {
  for (let before = -1, now = await doors.with.server.unlogged(); now !== before; ) {
    for (const side of SIDES) await doors[side].poll('idle', isFew, WARM_UP_SECONDS)
    before = now
    now = await doors.with.server.unlogged()
  }
}

const [first] = process.argv.slice(2)
if (first?.startsWith('{')) await play(JSON.parse(first) as Role)
else if (values.help) process.stdout.write(HELP)
else await bench()
