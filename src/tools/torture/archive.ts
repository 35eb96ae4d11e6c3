import { setTimeout as wait } from 'node:timers/promises'
import { dayOf, type HandOverResult } from '../../features/eslips/ingest'
import { TerminalClient } from '../simulator/client'
import type { FakeTerminal } from '../simulator/terminal'
import { ARCHIVE_JOB, ArchiveBrake, MOMENTS, type Moment } from './archive-brake'
import { Exporter } from './exporter'
import { enrolledFleet } from './fleet'
import { Ledger, type PulledSlip } from './ledger'
import { NO_LIMITS, Victim } from './server'
import { type Sum, Tally } from './tally'

export interface ArchiveTorture {
  /** A folder of its own, empty. */
  storage: string
  terminals: number
  days: number
  /** At random moments, beside two before each step. */
  kills: number
  say(line: string): void
}

const DAY_MS = 86_400_000
const ARCHIVE_DAYS = 10
/** The newest of the old days; clocks that are half a day wrong still file under a day that is archived. */
const NEWEST_DAYS_AGO = 12
const SLIPS_A_DAY = 100
const TIMES = 2
/** A day that size takes less; so most lives end in the middle of one. */
const LONGEST_LIFE_MS = 1_500
const MOST_OF_A_REQUEST = 200
const LAST_RUN_MS = 10 * 60_000
const SCOPES = 'terminals:read,terminals:write,terminals:enroll,eslips:read,jobs:read,jobs:run'
const SETTINGS = {
  ...NO_LIMITS,
  ESLIP_ARCHIVE_DAYS: String(ARCHIVE_DAYS),
}

/**
 * Terminals hand over slips of old days; then the server is killed while it archives them: twice before each step of a
 * day, and at random moments. In the end all are archived, and what was promised is compared with what is there.
 * @returns false when a slip was lost, doubled or altered, or a sum is another one
 */
export async function tortureArchive({ storage, say, ...options }: ArchiveTorture): Promise<boolean> {
  const victim = await Victim.on(storage, SETTINGS)
  const client = new TerminalClient(victim.url, { timeoutMs: 60_000 })
  try {
    await victim.start()
    const { key } = await victim.psm<{ key: string }>(
      ...['api-keys', 'create', '--name', 'torture', '--scopes', SCOPES],
    )
    const promised = await handOverOldDays(client, key, options)
    const { days } = promised.tally
    say(`${promised.ledger.acknowledged} slips of ${days.length} days are acknowledged on ${victim.url}`)
    const killing = new Killing(victim, client, key, say)
    for (let time = 0; time < TIMES; time++) for (const moment of MOMENTS) await killing.before(moment)
    for (let kill = 0; kill < options.kills; kill++) if (!(await killing.byChance())) break
    await killing.finish()
    killing.tell()
    return await isKept(client, key, promised, say)
  } finally {
    client.close()
    await victim.stop()
  }
}

interface Promised {
  ledger: Ledger
  tally: Tally
}

async function handOverOldDays(
  client: TerminalClient,
  apiKey: string,
  { terminals, days }: Pick<ArchiveTorture, 'terminals' | 'days'>,
): Promise<Promised> {
  const promised = { ledger: new Ledger(), tally: new Tally() }
  const fleet = await enrolledFleet(
    client,
    apiKey,
    terminals,
    // Those that believe in 1970 are filed under today.
    ({ persona }) => Math.abs(persona.clockSkewMs) < DAY_MS,
  )
  const newest = Math.floor(Date.now() / DAY_MS) * DAY_MS - NEWEST_DAYS_AGO * DAY_MS
  await Promise.all(
    fleet.map(async (terminal) => {
      terminal.slips.makeOfDays(days, SLIPS_A_DAY, newest)
      while (terminal.slips.counts.waiting > 0) await handOver(terminal, promised)
    }),
  )
  return promised
}

async function handOver(terminal: FakeTerminal, { ledger, tally }: Promised): Promise<void> {
  const slips = terminal.slips.batch(MOST_OF_A_REQUEST)
  for (const slip of slips) ledger.sent(terminal.persona.serial, slip)
  const answer = await terminal.send('POST', '/eslips', { json: { slips } })
  if (answer.status === 503) return
  if (answer.status !== 200) throw new Error(`handing over was answered ${answer.status} ${answer.body}`)
  const { results } = answer.json<{ results: HandOverResult[] }>()
  terminal.slips.answered(slips, results)
  for (const [index, slip] of slips.entries()) {
    if (results[index]?.status !== 'stored') throw new Error(`not stored: ${JSON.stringify(results[index])}`)
    ledger.acknowledge(terminal.persona.serial, slip)
    tally.addSlip(slip)
  }
}

class Killing {
  readonly #held = new Map<Moment, number>()
  readonly #byChance = new Map<Moment | undefined, number>()
  readonly #cutoff = dayOf(Date.now() - ARCHIVE_DAYS * DAY_MS)
  #kills = 0

  constructor(
    readonly victim: Victim,
    readonly client: TerminalClient,
    readonly apiKey: string,
    readonly say: (line: string) => void,
  ) {}

  /** Kills the server where its job stands before a step. */
  async before(moment: Moment): Promise<void> {
    const brake = await ArchiveBrake.on(this.victim.storage)
    const day = await brake.oldestDay(this.#cutoff)
    const held = await brake.holdBefore(moment, () => this.#begin(brake))
    await this.#kill(brake)
    count(this.#held, held)
    this.say(`kill ${this.#kills}: before the step "${held}", ${day}`)
    // Where the job was quicker than the brake, once more.
    if (held !== moment) await this.before(moment)
  }

  /** Kills it after a random while. False: all days are archived. */
  async byChance(): Promise<boolean> {
    const brake = await ArchiveBrake.on(this.victim.storage)
    if ((await brake.oldestDay(this.#cutoff)) === undefined) {
      await brake.end()
      return false
    }
    const fence = await brake.fence()
    await this.#begin(brake)
    await brake.begun(fence)
    const livedMs = Math.random() * LONGEST_LIFE_MS
    await wait(livedMs)
    await this.#kill(brake)
    const after = await ArchiveBrake.on(this.victim.storage)
    const day = await after.oldestDay(this.#cutoff)
    const moment = await after.diedIn(fence, day)
    await after.end()
    count(this.#byChance, moment)
    this.say(
      `kill ${this.#kills}: after ${livedMs.toFixed(0)} ms, ${moment === undefined ? 'all was archived' : `in the step "${moment}", ${day}`}`,
    )
    return true
  }

  /** Lets the job run until nothing old is left. */
  async finish(): Promise<void> {
    const brake = await ArchiveBrake.on(this.victim.storage)
    const giveUpAt = Date.now() + LAST_RUN_MS
    await this.#begin(brake)
    while ((await brake.oldestDay(this.#cutoff)) !== undefined) {
      if (Date.now() > giveUpAt) throw new Error('The job does not come to its end.')
      await wait(200)
    }
    await brake.end()
  }

  tell(): void {
    this.say('')
    this.say('step        killed before it  in it, by chance')
    for (const moment of MOMENTS)
      this.say(
        `${moment.padEnd(12)}${String(this.#held.get(moment) ?? 0).padStart(16)}${String(this.#byChance.get(moment) ?? 0).padStart(18)}`,
      )
  }

  async #begin(brake: ArchiveBrake): Promise<void> {
    await brake.endLease()
    for (;;) {
      const answer = await this.client.send({
        ...{ method: 'POST', path: `/api/v1/jobs/${ARCHIVE_JOB}/runs`, token: this.apiKey },
        json: {},
      })
      // The request of the run that died may still be open: it is begun anew.
      if (answer.status === 202 || answer.status === 409) return
      if (answer.status !== 404 && answer.status < 500)
        throw new Error(`asking for a run was answered ${answer.status} ${answer.body}`)
      await wait(100)
    }
  }

  async #kill(brake: ArchiveBrake): Promise<void> {
    await this.victim.kill()
    await brake.end()
    this.#kills++
    await this.victim.start()
  }
}

function count<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

async function isKept(
  client: TerminalClient,
  apiKey: string,
  { ledger, tally }: Promised,
  say: ArchiveTorture['say'],
): Promise<boolean> {
  const all: (PulledSlip & { isArchived?: boolean })[] = []
  await new Exporter('the last look', client, apiKey).all((slips) => void all.push(...slips))
  const { acknowledged, lost, doubled, altered, strange } = ledger.judge(all)
  const pulled = new Tally()
  for (const slip of all) pulled.addSlip(slip)
  const get = async <Result>(path: string): Promise<Result> => {
    const answer = await client.send({ method: 'GET', path: `/api/v1/eslips/${path}`, token: apiKey })
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status} ${answer.body}`)
    return answer.json<Result>()
  }
  const sums = new Tally()
  const counted = new Tally()
  for (const day of tally.days) {
    const period = `from=${day}T00:00:00Z&to=${dayOf(Date.parse(day) + DAY_MS)}T00:00:00Z`
    const { groups } = await get<{ groups: Sum[] }>(`totals?${period}`)
    for (const sum of groups) sums.add(day, sum)
    // With such a filter the files themselves are counted, not the sums of hours.
    const whole = await get<{ groups: Sum[] }>(`totals?${period}&amountFrom=0`)
    for (const sum of whole.groups) counted.add(day, sum)
  }
  const { problems } = await get<{ problems: unknown[] }>('archives/verification')
  const differences = [
    ...tally.differences(pulled).map((one) => `pulled: ${one}`),
    ...tally.differences(sums).map((one) => `totals: ${one}`),
    ...tally.differences(counted).map((one) => `totals, counted: ${one}`),
    ...problems.map((one) => `chain: ${JSON.stringify(one)}`),
  ]
  const inDatabase = all.filter((slip) => slip.isArchived !== true).length
  say('')
  say(`acknowledged         ${acknowledged}`)
  say(`there                ${all.length}, ${inDatabase} of them not archived`)
  say(`lost                 ${lost}`)
  say(`doubled              ${doubled}`)
  say(`altered              ${altered}`)
  say(`nobody sent them     ${strange}`)
  say(`sums of ${tally.days.length} days that differ, or breaks of the chain: ${differences.length}`)
  for (const one of differences.slice(0, 20)) say(`  ${one}`)
  const isWell = lost + doubled + altered + strange + inDatabase + differences.length === 0
  say(isWell ? 'Nothing lost, nothing twice.' : 'SLIPS WERE LOST, DOUBLED OR ALTERED.')
  return isWell && acknowledged > 0
}
