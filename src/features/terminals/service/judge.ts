import { setImmediate as breathe } from 'node:timers/promises'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { Column, CsvIssue, CsvIssueCode, CsvRow, CsvTerminal } from '../csv'
import { merchants, terminalGroups } from '../tables'

/**
 * Besides what is wrong with the line itself: `serial_in_other_case`, registered in other letters; `tid_taken` by a
 * registered terminal; `tid_repeated` in the file; `group_missing`, `merchant_missing`.
 */
export type ImportIssueCode =
  | CsvIssueCode
  | 'serial_in_other_case'
  | 'tid_taken'
  | 'tid_repeated'
  | 'group_missing'
  | 'merchant_missing'

export type ImportIssue = CsvIssue<ImportIssueCode>

export interface JudgedRow {
  line: number
  serial: string
  outcome: 'new' | 'registered' | 'error'
  issues: ImportIssue[]
}

export interface Places {
  groups: Map<string, string>
  merchants: Map<string, string>
}

export interface Judgement {
  rows: JudgedRow[]
  fresh: CsvTerminal[]
  places: Places
  missingGroups: string[]
  missingMerchants: string[]
}

const CHUNK = 5_000
const BREATHE_EVERY = 5_000

/** Reads the rows against the registry: the same for the preview and the import. */
export async function judge(ctx: Ctx, rows: readonly CsvRow[], mayCreate: boolean): Promise<Judgement> {
  const known = await knownSerials(ctx, rows)
  const taken = await takenTids(ctx, rows)
  const places = await knownPlaces(ctx)
  const missing = { groups: new Set<string>(), merchants: new Set<string>() }
  const seenTids = new Map<string, string>()
  const seenSerials = new Map<string, string>()
  const fresh: CsvTerminal[] = []
  const judgeRow = ({ line, serial, terminal, issues: found }: CsvRow): JudgedRow => {
    const issues: ImportIssue[] = [...found]
    if (terminal === null) return { line, serial, outcome: 'error', issues }
    const folded = terminal.serial.toUpperCase()
    const registered = known.get(folded)
    if (registered?.includes(terminal.serial)) return { line, serial, outcome: 'registered', issues }
    const report = (code: ImportIssueCode, field: Column, value: string, message: string) =>
      issues.push({ line, code, field, value, message: `${field}: ${message}` })
    const otherCase = registered?.[0] ?? seenSerials.get(folded)
    if (otherCase !== undefined)
      report('serial_in_other_case', 'serial', otherCase, `is there as ${otherCase}`)
    seenSerials.set(folded, terminal.serial)
    for (const { acquirer, tid } of terminal.tids) {
      const key = `${acquirer} ${tid}`
      const other = seenTids.get(key)
      if (taken.has(key)) report('tid_taken', 'tid', tid, `${tid} belongs to another terminal`)
      else if (other !== undefined)
        report('tid_repeated', 'tid', tid, `${tid} is in this file twice (${other})`)
      seenTids.set(key, serial)
    }
    for (const name of terminal.groups)
      if (!places.groups.has(nameKey(name))) {
        missing.groups.add(name)
        if (!mayCreate) report('group_missing', 'groups', name, `there is no group ${name}`)
      }
    const { merchant } = terminal
    if (merchant !== '' && !places.merchants.has(nameKey(merchant))) {
      missing.merchants.add(merchant)
      if (!mayCreate) report('merchant_missing', 'merchant', merchant, `there is no merchant ${merchant}`)
    }
    if (issues.length > 0) return { line, serial, outcome: 'error', issues }
    fresh.push(terminal)
    return { line, serial, outcome: 'new', issues }
  }
  const judged: JudgedRow[] = []
  for (const row of rows) {
    judged.push(judgeRow(row))
    if (judged.length % BREATHE_EVERY === 0) await breathe()
  }
  return {
    rows: judged,
    fresh,
    places,
    missingGroups: oncePerKey(missing.groups),
    missingMerchants: oncePerKey(missing.merchants),
  }
}

/** Names of groups and merchants are compared without case. */
export function nameKey(name: string): string {
  return name.toLowerCase()
}

function oncePerKey(names: Iterable<string>): string[] {
  return [...new Map([...names].reverse().map((name) => [nameKey(name), name])).values()].reverse()
}

/** Registered serial numbers by their capitals. */
async function knownSerials(ctx: Ctx, rows: readonly CsvRow[]): Promise<Map<string, string[]>> {
  const known = new Map<string, string[]>()
  const wanted = rows.flatMap(({ terminal }) =>
    terminal === null
      ? []
      : [...new Set([terminal.serial, terminal.serial.toUpperCase(), terminal.serial.toLowerCase()])],
  )
  for (const chunk of chunks(wanted)) {
    const rows = await ctx.db.execute<{ serial: string }>(sql`
      select serial from terminals where serial in (${textsOf(chunk)})`)
    for (const { serial } of rows) {
      const folded = serial.toUpperCase()
      known.set(folded, [...(known.get(folded) ?? []), serial])
    }
  }
  return known
}

async function takenTids(ctx: Ctx, rows: readonly CsvRow[]): Promise<Set<string>> {
  const taken = new Set<string>()
  for (const chunk of chunks(rows.flatMap(({ terminal }) => terminal?.tids.map((one) => one.tid) ?? []))) {
    const found = await ctx.db.execute<{ acquirer: string; tid: string }>(sql`
      select acquirer, tid from terminal_tids where is_live and tid in (${textsOf(chunk)})`)
    for (const { acquirer, tid } of found) taken.add(`${acquirer} ${tid}`)
  }
  return taken
}

/** A list as one parameter: a statement with thousands of them costs more than what it asks. */
function textsOf(texts: readonly string[]): SQL {
  return sql`select jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb)`
}

async function knownPlaces(ctx: Ctx): Promise<Places> {
  const groups = await ctx.db
    .select({ id: terminalGroups.id, name: terminalGroups.name })
    .from(terminalGroups)
  const found = await ctx.db.select({ id: merchants.id, name: merchants.name }).from(merchants)
  return {
    groups: new Map(groups.map((one) => [nameKey(one.name), one.id])),
    merchants: new Map(found.map((one) => [nameKey(one.name), one.id])),
  }
}

export function* chunks<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += CHUNK) yield items.slice(at, at + CHUNK)
}
