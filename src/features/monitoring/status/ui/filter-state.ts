import type { TableState } from '../../../../ui/table'
import { PLATFORM_NAMES, TERMINAL_STATES } from '../../../terminals/lists'
import { CONNECTIVITY, SILENT_HOURS_MAX } from '../lists'
import type { StatusFilter } from '../schemas'

export const STATUS_FILTERS = [
  'search',
  'platform',
  'model',
  'app',
  'group',
  'merchant',
  'state',
  'connectivity',
  'silent',
  'mismatch',
  'card',
] as const
export type StatusFilterName = (typeof STATUS_FILTERS)[number]

interface App {
  appName: string | null
  appVersion: string | null
}

/** An application and its version as one value of a list; JSON, for both may hold any character. */
export const appValue = ({ appName, appVersion }: App): string => JSON.stringify([appName, appVersion])

/** Reads what `appValue` wrote; what anybody typed into an address in its place is a version. */
export function appOf(value: string | undefined): { appName?: string; appVersion?: string } {
  if (value === undefined) return {}
  try {
    const [appName, appVersion] = JSON.parse(value) as [string | null, string | null]
    return { ...(appName ? { appName } : {}), ...(appVersion ? { appVersion } : {}) }
  } catch {
    return { appVersion: value }
  }
}

/** The server's filter by what the address says; a value that no filter knows is left out. */
export function filterOf(state: Pick<TableState<StatusFilterName>, 'filter'>): StatusFilter {
  const silent = Number(state.filter('silent'))
  const mismatch = state.filter('mismatch')
  const card = state.filter('card')
  const given: Record<string, unknown> = {
    search: state.filter('search'),
    platform: state.filter('platform'),
    model: state.filter('model'),
    ...appOf(state.filter('app')),
    groupId: state.filter('group'),
    merchantId: state.filter('merchant'),
    state: state.filter('state'),
    connectivity: state.filter('connectivity'),
    silentForHours: silent > 0 ? silent : undefined,
    hasMismatch: mismatch === undefined ? undefined : mismatch === 'yes',
    hasCardFinding: card === undefined ? undefined : card === 'yes',
  }
  const known = Object.entries(given).filter(
    ([name, value]) => value !== undefined && FITS[name as keyof StatusFilter](value as never),
  )
  return Object.fromEntries(known) as StatusFilter
}

const isShort = (max: number) => (value: string) => value.length <= max
const isUuid = (value: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
const isOneOf = (list: readonly string[]) => (value: string) => list.includes(value)

/** The server's limits once more without the schemas, whose library is heavier than this page. A test holds the two together. */
const FITS: Record<keyof StatusFilter, (value: never) => boolean> = {
  search: isShort(64),
  platform: isOneOf(Object.keys(PLATFORM_NAMES)),
  model: isShort(128),
  appName: isShort(128),
  appVersion: isShort(64),
  groupId: isUuid,
  merchantId: isUuid,
  state: isOneOf(TERMINAL_STATES),
  connectivity: isOneOf(CONNECTIVITY),
  silentForHours: (value: number) => value <= SILENT_HOURS_MAX,
  hasMismatch: () => true,
  hasCardFinding: () => true,
}

/** Where the rows of a filter are to be had as a file, headed in a language. */
export function exportHref(filter: StatusFilter, locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value))
  return `/api/v1/status/export.csv?${query}`
}

/** Where all that a filter finds can be assigned an update. */
export function assignHref(state: Pick<TableState<StatusFilterName>, 'filter'>): string {
  const query = new URLSearchParams({ by: 'filter' })
  for (const name of STATUS_FILTERS) {
    const value = state.filter(name)
    if (value !== undefined) query.set(`for-${name}`, value)
  }
  return `/profile/assignments/new?${query}`
}
