import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Outcome } from './check-in/client'
import { openFleet } from './check-in/fleet'
import { type Client, play, type Role, startClient, startServer } from './check-in/processes'
import type { Kind } from './check-in/requests'
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

/** Both doors take turns slice by slice, so that what else runs on the machine falls on both. */
async function measure(doors: Record<Side, Door>): Promise<string[]> {
  const rows: string[][] = []
  for (const { name, kind, isFew } of WAYS) {
    const rates: Record<Side, number[]> = { without: [], with: [] }
    for (const side of SIDES) await doors[side].poll(kind, isFew, WARM_UP_SECONDS)
    if (kind === 'idle') await settle(doors.with, isFew)
    const droppedBefore = await doors.with.server.unlogged()
    for (let round = 0; round < Number(values.rounds); round++)
      for (const side of round % 2 === 0 ? SIDES : [...SIDES].reverse()) {
        const { answers, seconds } = await doors[side].poll(kind, isFew, Number(values.seconds))
        rates[side].push(answers / seconds)
      }
    const ratio = median(rates.with) / median(rates.without)
    rows.push([
      name,
      whole(median(rates.without)),
      whole(median(rates.with)),
      ratio.toFixed(2),
      `≥ ${GOAL} ${ratio >= GOAL ? 'met' : 'MISSED'}`,
      whole((await doors.with.server.unlogged()) - droppedBefore),
    ])
  }
  return [
    machine(),
    `Node ${process.version}, client and PostgreSQL on this machine; ${whole(Number(values.terminals))} terminals, ${values.connections} connections`,
    `slices of ${values.seconds} s that take turns, medians of ${values.rounds}; ${load()}`,
    '',
    ...aligned(['check-ins per second', 'without log', 'with log', 'ratio', 'goal', 'not logged'], rows),
  ]
}

/** Polls until every terminal has the one row of its idle check-ins: that is how they are for the rest of the day. */
async function settle(door: Door, isFew: boolean): Promise<void> {
  for (let before = -1, now = await door.server.unlogged(); now !== before; ) {
    await door.poll('idle', isFew, WARM_UP_SECONDS)
    before = now
    now = await door.server.unlogged()
  }
}

const [first] = process.argv.slice(2)
if (first?.startsWith('{')) await play(JSON.parse(first) as Role)
else if (values.help) process.stdout.write(HELP)
else await bench()
