import { redactText } from '../../../core/redact'
import { makeStorable } from '../../../core/storable'
import type { RawQuery, RawSql } from '../../../db/client'
import { type CardFinding, recordCardFindingsRaw } from '../card-findings'
import type { Gap } from './gaps'
import type { Entry, PosLogWriter } from './recorder'
import { cardNumbersIn, keptBody, keptCounted } from './redact'
import type { RunUpdate } from './runs'

const ABOUT_MAX = 120
const ADDRESS_MAX = 64
const DAY_CHARACTERS = 10

/** A terminal may announce more bytes than a bigint counts; such a request is noted, too. */
const counted = (bytes: number) => Math.min(bytes, Number.MAX_SAFE_INTEGER)

const time = (unixMs: number) => new Date(unixMs).toISOString()

/** How the log is written: one statement a batch, all values in one JSON text. */
export function posLogWriter(sql: RawSql): PosLogWriter {
  /** Days whose tables this server knows to be there. */
  const openDays = new Set<string>()

  async function openDaysOf(atMs: readonly number[]): Promise<void> {
    for (const day of new Set(atMs.map((one) => time(one).slice(0, DAY_CHARACTERS)))) {
      if (openDays.has(day)) continue
      await sql`select psm_ensure_pos_log_day(${day}::text::date)`
      openDays.add(day)
    }
  }

  return {
    async insert(entries) {
      await openDaysOf(entries.map(({ atMs }) => atMs))
      const found = new Map<number, CardFinding>()
      const rows = entries.map((entry) => rowOf(entry, found))
      if (found.size === 0) await insertRows(sql, rows)
      else
        await sql.begin(async (inside) => {
          // Where a batch is written again, what is there already has been counted with it.
          const ids = await insertRows(inside, rows)
          await recordCardFindingsRaw(
            inside,
            ids.flatMap(({ id }) => found.get(Number(id)) ?? []),
          )
        })
    },
    async update(updates) {
      for (const [day, some] of byDay(updates)) {
        const rows = some.map(({ atMs, id, count, lastMs, durationMs }) => ({
          at: time(atMs),
          id,
          count,
          last: time(lastMs),
          ms: durationMs,
        }))
        await sql`
          update pos_log l set count = x.count, last_at = x.last, duration_ms = x.ms
          from json_to_recordset(${JSON.stringify(rows)}::text::json)
            as x(at timestamptz, id bigint, count int, last timestamptz, ms int)
          where l.at >= ${day}::text::timestamptz and l.at < ${day}::text::timestamptz + interval '1 day'
            and l.at = x.at and l.id = x.id`
      }
    },
    async insertGap({ fromMs, toMs, dropped }: Gap) {
      await sql`
        insert into pos_log_gaps (from_at, to_at, dropped) values (${time(fromMs)}, ${time(toMs)}, ${dropped})`
    },
  }
}

function insertRows(sql: RawQuery, rows: readonly ReturnType<typeof rowOf>[]) {
  return sql<{ id: string }[]>`
    insert into pos_log (at, id, terminal_id, request_id, kind, items, about, status, code, request_bytes, answer_bytes,
      duration_ms, address, is_broken_off, count, last_at, request_body, answer_body)
    select at, id, t, request_id, kind, items, about, status, code, request_bytes, answer_bytes,
      duration_ms, address, broken, 1, at, request_body, answer_body
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as x(at timestamptz, id bigint, t uuid,
      request_id text, kind text, items int, about text, status smallint, code text, request_bytes bigint,
      answer_bytes bigint, duration_ms int, address text, broken boolean, request_body text, answer_body text)
    on conflict do nothing returning id`
}

/** A run lies in one day: naming it leaves the other partitions alone. */
function byDay(updates: readonly RunUpdate[]): Map<string, RunUpdate[]> {
  const days = new Map<string, RunUpdate[]>()
  for (const update of updates) {
    const day = `${time(update.atMs).slice(0, DAY_CHARACTERS)}T00:00:00Z`
    const same = days.get(day)
    if (same === undefined) days.set(day, [update])
    else same.push(update)
  }
  return days
}

/** An entry as it is kept; what its terminal gave away in it goes into `found`. */
function rowOf(entry: Entry, found: Map<number, CardFinding>) {
  const { text: requestBody, hits } = keptCounted(entry.request)
  const count = hits === 0 ? 0 : hits - cardNumbersIn(entry.countedElsewhere)
  if (count > 0)
    found.set(entry.id, { terminalId: entry.terminalId, source: 'pos-log', count, atMs: entry.atMs })
  return {
    at: time(entry.atMs),
    id: entry.id,
    t: entry.terminalId,
    request_id: entry.requestId,
    kind: entry.kind,
    items: entry.items,
    about: entry.about === undefined ? undefined : short(redactText(entry.about), ABOUT_MAX),
    status: entry.status,
    code: entry.code,
    request_bytes: counted(entry.requestBytes),
    answer_bytes: entry.answerBytes,
    duration_ms: entry.durationMs,
    address: short(entry.address, ADDRESS_MAX),
    broken: entry.isBrokenOff,
    request_body: requestBody,
    answer_body: keptBody(entry.answer),
  }
}

const short = (text: string, most: number) => String(makeStorable(text.slice(0, most)))
