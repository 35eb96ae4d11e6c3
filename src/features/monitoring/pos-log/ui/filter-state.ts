import { momentTyped } from '../../../../ui/moment-typed'
import type { TableState } from '../../../../ui/table'
import { POS_KINDS } from '../lists'
import type { PosLogFilter } from '../schemas'

export const POS_FILTERS = ['serial', 'tid', 'kind', 'result', 'code', 'period', 'from', 'to'] as const
/** Also in the address: whether new entries show by themselves. */
export const LIVE = 'live'
export type PosFilterName = (typeof POS_FILTERS)[number] | typeof LIVE

type Read = Pick<TableState<PosFilterName>, 'filter'>

export const PRESETS = ['quarter', 'hour', 'day', 'week', 'any', 'own'] as const
export type Preset = (typeof PRESETS)[number]

const MINUTE_MS = 60_000
const SPANS_MS: Partial<Record<Preset, number>> = {
  quarter: 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1_440 * MINUTE_MS,
  week: 10_080 * MINUTE_MS,
}

export const presetOf = (state: Read): Preset => {
  const chosen = PRESETS.find((one) => one === state.filter('period'))
  return chosen ?? (state.filter('from') || state.filter('to') ? 'own' : 'any')
}

export const RESULTS = ['refused', 'failed'] as const

/** What of an address no filter knows is left out. */
export function filterOf(state: Read, now: Date): PosLogFilter {
  const text = (name: PosFilterName) => {
    const value = state.filter(name)?.trim()
    return value !== undefined && value !== '' && value.length <= MOST_CHARACTERS ? value : undefined
  }
  const result = state.filter('result')
  const status = /^[1-5]\d\d$/.test(result ?? '') ? Number(result) : undefined
  const statusFrom = { refused: 400, failed: 500 }[result ?? '']
  const given: PosLogFilter = {
    ...periodOf(state, now),
    serial: text('serial'),
    tid: text('tid'),
    kind: POS_KINDS.find((one) => one === state.filter('kind')),
    code: text('code'),
    status,
    statusFrom,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as PosLogFilter
}

const MOST_CHARACTERS = 64

/** Presets end now and begin at a whole minute, so that the question stays the same for a while. */
function periodOf(state: Read, now: Date): Pick<PosLogFilter, 'from' | 'to'> {
  const preset = presetOf(state)
  if (preset === 'own')
    return { from: momentTyped(state.filter('from')), to: momentTyped(state.filter('to')) }
  const spanMs = SPANS_MS[preset]
  if (spanMs === undefined) return {}
  return { from: new Date(Math.floor((now.getTime() - spanMs) / MINUTE_MS) * MINUTE_MS).toISOString() }
}

/** Where the entries of a filter are to be had as a file, headed in a language. */
export function exportHref(filter: PosLogFilter, locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value))
  return `/api/v1/pos-log/export.csv?${query}`
}

export const POS_LOG = '/monitoring/pos-log'
export const logOfTerminal = (serial: string) => `${POS_LOG}?${new URLSearchParams({ serial })}`
