import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Outcome } from './check-in/client'
import { openFleet } from './check-in/fleet'
import { type Client, play, type Role, startClient, startServer } from './check-in/processes'
import { KINDS, type Kind } from './check-in/requests'
import type { RunningServer } from './check-in/servers'
import { type Figure, median, report } from './check-in/table'

const HELP = `npm run bench -- check-in [options]
  --seconds N      length of one slice (4)
  --rounds N       slices of each kind; medians are taken (5)
  --connections N  keep-alive connections (64)
  --terminals N    registered terminals of the large fleet, all of which poll (1000000; 0 leaves it out)
  --kinds LIST     of echo,idle,changed for the small fleet (all)
  --deno PROGRAM   serves under this Deno instead of Node
  --profile DIR    a CPU profile of each door is written there (Node)
`

const SMALL_FLEET = 1_000
const WARM_UP_SECONDS = 3

export interface Options {
  seconds: number
  rounds: number
  connections: number
  terminals: number
  kinds: readonly Kind[]
  deno: string | undefined
  profile: string | undefined
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      terminals: { type: 'string', default: '1000000' },
      kinds: { type: 'string', default: KINDS.join() },
      deno: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { deno, profile, kinds, ...numbers } = values
  return {
    seconds: Number(numbers.seconds),
    rounds: Number(numbers.rounds),
    connections: Number(numbers.connections),
    terminals: Number(numbers.terminals),
    kinds: KINDS.filter((kind) => kinds.split(',').includes(kind)),
    deno,
    profile,
  }
}

/** A server that is polled in slices; remembers whose turn it is. */
class Target {
  readonly slices: Outcome[] = []
  #turn = 0

  constructor(
    readonly client: Client,
    readonly options: Options,
    readonly server: RunningServer,
    readonly terminals: number,
  ) {}

  async poll(kind: Kind, seconds = this.options.seconds): Promise<Outcome> {
    const { connections } = this.options
    const { terminals } = this
    const { port } = this.server
    const order = { port, kind, terminals, firstTurn: this.#turn, connections, seconds }
    const outcome = await this.client.poll(order)
    this.#turn = outcome.nextTurn
    const wrong = Object.keys(outcome.statuses).filter(
      (status) => status !== (kind === 'echo' ? '200' : '204'),
    )
    if (wrong.length > 0) throw new Error(`${kind}: answered ${JSON.stringify(outcome.statuses)}`)
    return outcome
  }

  get turns(): number {
    return this.#turn
  }
}

async function bench(options: Options): Promise<void> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const ends: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })]
  try {
    const client = startClient()
    ends.push(() => client.stop())
    const start = async (role: Role, terminals: number) => {
      const server = await startServer(programOf(options, role), role)
      ends.push(() => server.stop())
      return new Target(client, options, server, terminals)
    }
    const openDoor = async (name: string, terminals: number) => {
      const folder = path.join(directory, name)
      const database = await openFleet(path.join(folder, 'db'), terminals)
      ends.push(() => database.stop())
      return start({ role: 'door', database: database.app, directory: folder }, terminals)
    }
    const echo = await start({ role: 'echo' }, SMALL_FLEET)
    const small = await openDoor('small', SMALL_FLEET)
    const figures = await measureSmall(echo, small, options)
    if (options.terminals > 0)
      figures.push(...(await measureLarge(small, await openDoor('large', options.terminals), options)))
    process.stdout.write(report(options, figures))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

function programOf({ deno, profile }: Options, { role }: Role): string[] {
  if (deno !== undefined) return [deno, 'run', '-A']
  return profile === undefined || role !== 'door'
    ? [process.execPath]
    : [process.execPath, '--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`]
}

const SMALL: Record<Kind, { name: string; goal?: number }> = {
  echo: { name: 'bare node:http JSON echo' },
  idle: { name: 'idle check-ins', goal: 0.5 },
  changed: { name: 'changed check-ins', goal: 0.3 },
}

/** Echo, idle and changed take turns, so that what else runs on the machine falls on all of them. */
async function measureSmall(echo: Target, door: Target, { rounds, kinds }: Options): Promise<Figure[]> {
  const targetOf = (kind: Kind) => (kind === 'echo' ? echo : door)
  const slices: Record<Kind, Outcome[]> = { echo: [], idle: [], changed: [] }
  for (const kind of kinds) await targetOf(kind).poll(kind, WARM_UP_SECONDS)
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds) slices[kind].push(await targetOf(kind).poll(kind))
  const bare = median(slices.echo)
  return kinds.map((kind) => {
    const { name, goal } = SMALL[kind]
    const ratio = goal === undefined || bare === 0 ? undefined : { of: 'echo', to: bare, goal }
    return { name, slices: slices[kind], ratio }
  })
}

/** The two fleets take turns until every terminal of the large one has polled. */
async function measureLarge(small: Target, large: Target, options: Options): Promise<Figure[]> {
  await large.poll('idle', WARM_UP_SECONDS)
  const slices: { small: Outcome[]; large: Outcome[] } = { small: [], large: [] }
  const from = large.turns
  while (large.turns - from < options.terminals) {
    slices.small.push(await small.poll('idle'))
    slices.large.push(await large.poll('idle'))
  }
  return [
    { name: 'idle, beside the large fleet', slices: slices.small },
    {
      name: `idle, ${options.terminals.toLocaleString('en')} terminals, all in turn`,
      slices: slices.large,
      dropped: await large.server.dropped(),
      ratio: { of: 'idle beside', to: median(slices.small), goal: 0.9 },
    },
  ]
}

const [first] = process.argv.slice(2)
if (first?.startsWith('{')) await play(JSON.parse(first) as Role)
else {
  const options = readOptions()
  if (options === undefined) process.stdout.write(HELP)
  else await bench(options)
}
