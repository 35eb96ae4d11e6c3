import type { Ctx } from '../../core/context'
import { type PreparedSlip, prepareSlip, SlipStore } from '../../features/eslips/ingest'
import { Persona } from '../simulator/persona'
import { placeOf } from '../simulator/place'
import { between, type Chance, chanceOf } from '../simulator/random'
import { createSlips } from '../simulator/slips/create'
import { playedTerminals, restingTerminals, type Sample } from './registry'

const WEEKS = 4
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const OPENS_AT_HOUR = 8
const OPEN_HOURS = 14
/** Share of days of which there are slips. */
const TRADING_DAYS = 0.2
/** A slip reaches the server within minutes, but for one of so many terminals, whose network was away for two days. */
const MOST_MINUTES_ON_THE_WAY = 9
const SILENT_OF = 15
/** These came too few days ago to have sold anything. */
const NEW_TERMINALS = 9
const BATCH = 100

/** Gives the terminals slips of some weeks, taken in by the same code as those that are handed over, in the order they came. */
export async function seedSlips(ctx: Ctx): Promise<number> {
  const samples = [...playedTerminals, ...restingTerminals.slice(0, -NEW_TERMINALS)]
  const serials = samples.map((one) => one.serial)
  const rows = await ctx.sql<{ id: string; serial: string }[]>`
    select id, serial from terminals where serial in ${ctx.sql(serials)}`
  const ids = new Map(rows.map((row) => [row.serial, row.id]))
  const nowMs = ctx.clock.now().getTime()
  const assumedOffset = ctx.settings.slips.utcOffset
  const slips = samples
    .flatMap((sample) => [...slipsOf(sample, ids.get(sample.serial) ?? '', nowMs, assumedOffset)])
    .sort((a, b) => a.receivedAtMs - b.receivedAtMs)
  const store = new SlipStore(ctx.sql)
  for (let at = 0; at < slips.length; at += BATCH) await store.store(slips.slice(at, at + BATCH))
  return slips.length
}

function* slipsOf(
  { serial, platform }: Sample,
  terminalId: string,
  nowMs: number,
  assumedOffset: string,
): Generator<PreparedSlip> {
  const { tid, namesSlips, clockSkewMs } = new Persona(serial, platform, nowMs)
  const chance = chanceOf(`past slips ${serial}`)
  const place = placeOf(serial)
  const source = createSlips({ chance, place, tid, namesSlips, clockSkewMs })
  const wasSilent = between(chance, 1, SILENT_OF) === 1
  for (const paidAtMs of momentsOf(chance, place.utcOffset, nowMs)) {
    const delayMs = wasSilent ? 2 * DAY_MS : between(chance, 0, MOST_MINUTES_ON_THE_WAY * 60_000)
    const receivedAtMs = Math.min(nowMs, paidAtMs + delayMs)
    const prepared = prepareSlip(source.next(paidAtMs), { terminalId, receivedAtMs, assumedOffset })
    if (prepared.isFit) yield prepared.slip
  }
}

/** On some days a few payments while the shop is open, and the totals when it closes. */
function momentsOf(chance: Chance, utcOffset: string, nowMs: number): number[] {
  const openMs = OPEN_HOURS * HOUR_MS
  const today =
    Math.floor(nowMs / DAY_MS) * DAY_MS + (OPENS_AT_HOUR - Number(utcOffset.slice(0, 3))) * HOUR_MS
  const moments: number[] = []
  for (let day = WEEKS * 7; day >= 0; day--) {
    if (chance() > TRADING_DAYS) continue
    const opensMs = today - day * DAY_MS
    for (let left = between(chance, 3, 8); left > 0; left--) moments.push(opensMs + chance() * openMs)
    moments.push(opensMs + openMs + between(chance, 0, 20) * 60_000)
  }
  return moments.filter((moment) => moment < nowMs).sort((a, b) => a - b)
}
