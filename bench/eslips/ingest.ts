import path from 'node:path'
import { openFleet } from '../check-in/fleet'
import { type Client, startClient, startServer } from '../check-in/processes'
import type { Kind } from '../check-in/requests'
import { type Figure, figureOf, ratioAtLeast } from '../lib/figure'
import { median } from '../lib/numbers'
import { Ground } from './ground'
import type { SlipKind } from './requests'
import { Copy, singleRows } from './rivals'
import { TERMINALS } from './rows'

export interface IngestOptions {
  directory: string
  /** Of one slice. */
  seconds: number
  rounds: number
  connections: number
  copyRows: number
  /** Where a CPU profile of the server is written; empty for none. */
  profile: string
}

export const WARM_UP_SECONDS = 2
const GOALS = { ofSingleRows: 2, ofIdle: 0.8, ofCopy: 0.5 } as const
const CAUSE =
  'Checking, cutting card numbers, identities and numbering are in it, and in neither reference; server, clients and PostgreSQL share the cores and keep all of them busy (decision 0014).'

/**
 * Slips per second through the terminals' door, one and fifty in a request, beside what the same PostgreSQL does with the
 * same rows in other hands, and beside check-ins that write nothing. All take turns, each on the same ground.
 */
export async function measureIngest(options: IngestOptions): Promise<Figure[]> {
  const { directory, rounds, connections, seconds, profile } = options
  const database = await openFleet(path.join(directory, 'db'), TERMINALS)
  const ground = new Ground(database)
  await ground.giveTids()
  const flags = profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`]
  const door = await startServer([process.execPath, ...flags], {
    role: 'door',
    database: database.app,
    directory,
  })
  const turns = new Turns(startClient(), door.port, connections, ground)
  const rows = singleRows(directory)
  const copy = new Copy(database.app, options.copyRows)
  try {
    for (const kind of ['idle', 'slips-1', 'slips-50'] as const) await turns.take(kind, WARM_UP_SECONDS)
    const contestants: [name: string, slice: () => Promise<number>][] = [
      [rows.name, () => rows.measure(database.app, connections, seconds)],
      ['idle check-ins', () => turns.take('idle', seconds)],
      ['slips, 1 per request', () => turns.take('slips-1', seconds)],
      ['slips, 50 per request', () => turns.take('slips-50', seconds)],
      ['COPY of the same rows', () => copy.measure()],
    ]
    const values = contestants.map((): number[] => [])
    for (let round = 0; round < rounds; round++)
      for (const [at, [, slice]] of contestants.entries()) {
        await ground.clear()
        values[at]?.push(await slice())
      }
    const [single = [], idle = [], one = [], fifty = [], copied = []] = values
    return judged(rows.name, { single, idle, one, fifty, copied })
  } finally {
    await copy.end()
    await turns.client.stop()
    await door.stop()
    await ground.end()
    await database.stop()
  }
}

type Rates = Record<'single' | 'idle' | 'one' | 'fifty' | 'copied', number[]>

/** One slip in a request is held against what asks less: twice the single rows, or nearly the idle check-ins. */
function judged(rowsName: string, { single, idle, one, fifty, copied }: Rates): Figure[] {
  const isBySingle = GOALS.ofSingleRows * median(single) < GOALS.ofIdle * median(idle)
  return [
    figureOf('slips in, 1 per request', '/s', one, {
      reference: isBySingle
        ? { name: rowsName, value: median(single) }
        : { name: 'idle check-ins', value: median(idle) },
      goals: [ratioAtLeast(isBySingle ? GOALS.ofSingleRows : GOALS.ofIdle)],
      cause: CAUSE,
    }),
    figureOf('slips in, 50 per request', '/s', fifty, {
      ...{ reference: { name: 'COPY of the same rows', value: median(copied) } },
      ...{ goals: [ratioAtLeast(GOALS.ofCopy)], cause: CAUSE },
    }),
  ]
}

/** The terminals take turns; whose turn is next is remembered from slice to slice. */
export class Turns {
  #turn = 0

  constructor(
    readonly client: Client,
    readonly port: number,
    readonly connections: number,
    readonly ground: Ground,
  ) {}

  /** Slips or check-ins per second; every slip that was answered must be there. */
  async take(kind: Kind | SlipKind, seconds: number): Promise<number> {
    const { port, connections } = this
    const before = await this.ground.count()
    const outcome = await this.client.poll({
      ...{ port, kind, terminals: TERMINALS, firstTurn: this.#turn, connections, seconds },
    })
    this.#turn = outcome.nextTurn
    const perRequest = kind === 'idle' ? 0 : Number(kind.slice('slips-'.length))
    const wrong = Object.keys(outcome.statuses).filter((one) => one !== (perRequest === 0 ? '204' : '200'))
    if (wrong.length > 0) throw new Error(`${kind}: answered ${JSON.stringify(outcome.statuses)}`)
    const stored = (await this.ground.count()) - before
    if (stored !== outcome.answers * perRequest)
      throw new Error(`${kind}: ${outcome.answers} answers, but ${stored} slips are there`)
    return (outcome.answers * Math.max(1, perRequest)) / outcome.seconds
  }
}
