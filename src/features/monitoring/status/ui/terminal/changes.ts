/** One thing that differs: a field of the status, or a part of one such as a component or an application. */
export interface Difference {
  field: string
  /** Undefined where the value says it all. */
  part: string | undefined
  /** The part is a name of ours, and has words; else it is the terminal's own, such as a component. */
  isKnownPart: boolean
  before: string | boolean | null
  after: string | boolean | null
}

type Plain = string | boolean | null

/** What tells the entries of a list in the status apart. */
const NAMED_BY: Record<string, string> = {
  tids: 'tid',
  components: 'name',
  apps: 'package',
  licenses: 'licId',
  keys: 'slot',
}

/** The changes of one check-in, down to the single value, in the order the server tells them. */
export function differencesOf(changes: Record<string, { before?: unknown; after?: unknown }>): Difference[] {
  return Object.entries(changes).flatMap(([field, { before, after }]) => {
    const [was, is] = [partsOf(field, before), partsOf(field, after)]
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((part) => {
      const [from, to] = [was.get(part) ?? null, is.get(part) ?? null]
      if (from === to) return []
      const isKnownPart = !(field in NAMED_BY)
      // An entry that is nothing but its name tells it once.
      const isBare = part === '' || part === (to ?? from)
      return [{ field, part: isBare ? undefined : part, isKnownPart, before: from, after: to }]
    })
  })
}

/** A value by its parts; a single value is the part without a name. */
function partsOf(field: string, value: unknown): Map<string, Plain> {
  if (Array.isArray(value)) {
    const name = NAMED_BY[field]
    return new Map(
      value.map((entry: unknown) => {
        const { [name ?? '']: key, ...rest } = isRecord(entry) ? entry : { [name ?? '']: entry }
        return [String(key), textOf(Object.values(rest)) || String(key)]
      }),
    )
  }
  if (isRecord(value)) return new Map(Object.entries(value).map(([key, one]) => [key, plain(one)]))
  return value === null || value === undefined ? new Map() : new Map([['', plain(value)]])
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Hashes are told by their beginning. */
const SHOWN_OF_HASH = 12

function textOf(values: readonly unknown[]): string {
  return values
    .map((value) => String(value))
    .map((text) => (/^[0-9a-f]{64}$/i.test(text) ? `${text.slice(0, SHOWN_OF_HASH)}…` : text))
    .join(' · ')
}

const DAY_MS = 86_400_000
const DAYS = 14

/** How many there were on each of the last days up to the newest, in the zone of whoever looks; oldest first. */
export function changesPerDay(moments: readonly string[]): { at: number; count: number }[] {
  const dayOf = (at: number) => new Date(at).setHours(0, 0, 0, 0)
  const times = moments.map((at) => new Date(at).getTime())
  if (times.length === 0) return []
  const last = dayOf(Math.max(...times))
  const first = Math.max(dayOf(Math.min(...times)), last - (DAYS - 1) * DAY_MS)
  const days: { at: number; count: number }[] = []
  // Noon, so that an hour gained or lost by summer time changes no day.
  for (let noon = first + DAY_MS / 2; dayOf(noon) <= last; noon += DAY_MS)
    days.push({ at: dayOf(noon), count: times.filter((at) => dayOf(at) === dayOf(noon)).length })
  return days
}
