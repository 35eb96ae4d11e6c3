import type { TableState } from '../../../../ui/table'
import { StatusFilter } from '../schemas'

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
  }
  const known = Object.entries(given).filter(
    ([name, value]) =>
      value !== undefined && StatusFilter.shape[name as keyof StatusFilter].safeParse(value).success,
  )
  return Object.fromEntries(known) as StatusFilter
}

/** Where the rows of a filter are to be had as a file, headed in a language. */
export function exportHref(filter: StatusFilter, locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value))
  return `/api/v1/status/export.csv?${query}`
}
