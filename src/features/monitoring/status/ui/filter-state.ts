import type { TableState } from '../../../../ui/table'
import { RESULT_REASONS } from '../../../actions/lists'
import { PLATFORM_NAMES, TERMINAL_STATES } from '../../../terminals/lists'
import { CONNECTIVITY, LICENSE_STATES, SILENT_HOURS_MAX, UNREPORTED, UPDATE_STATES } from '../lists'
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
  'os',
  'network',
  'carrier',
  'component',
  'version',
  'license',
  'update',
  'failure',
  'set',
  'connected',
  'unreported',
  'card',
  'alert',
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

/** In the place of a state: every one but those of terminals nobody waits for. */
export const IN_SERVICE = 'in-service'

const stateOf = (value: string | undefined) => (value === IN_SERVICE ? { inService: true } : { state: value })

const yesOrNo = (is: boolean | undefined) => (is === undefined ? undefined : is ? 'yes' : 'no')

/** The list of the terminals that a filter finds: what `filterOf` reads from the address. */
export function statusHref(filter: StatusFilter): string {
  const { appName, appVersion } = filter
  const values: Record<StatusFilterName, string | undefined> = {
    search: filter.search,
    platform: filter.platform,
    model: filter.model,
    app:
      appName === undefined && appVersion === undefined
        ? undefined
        : appValue({ appName: appName ?? null, appVersion: appVersion ?? null }),
    group: filter.groupId,
    merchant: filter.merchantId,
    state: filter.state ?? (filter.inService === true ? IN_SERVICE : undefined),
    connectivity: filter.connectivity,
    silent: filter.silentForHours === undefined ? undefined : String(filter.silentForHours),
    mismatch: yesOrNo(filter.hasMismatch),
    card: yesOrNo(filter.hasCardFinding),
    alert: filter.alertId,
    os: filter.os,
    network: filter.networkType,
    carrier: filter.networkOperator,
    component: filter.component,
    version: filter.componentVersion,
    license: filter.license,
    update: filter.update,
    failure: filter.failure,
    set: filter.appSet,
    connected: yesOrNo(filter.hasAppSet),
    unreported: filter.unreported,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, value)
  return `/monitoring/status?${query}`
}

/** The server's filter by what the address says; a value that no filter knows is left out. */
export function filterOf(state: Pick<TableState<StatusFilterName>, 'filter'>): StatusFilter {
  const silent = Number(state.filter('silent'))
  const mismatch = state.filter('mismatch')
  const connected = state.filter('connected')
  const card = state.filter('card')
  const given: Record<string, unknown> = {
    search: state.filter('search'),
    platform: state.filter('platform'),
    model: state.filter('model'),
    ...appOf(state.filter('app')),
    groupId: state.filter('group'),
    merchantId: state.filter('merchant'),
    ...stateOf(state.filter('state')),
    connectivity: state.filter('connectivity'),
    silentForHours: silent > 0 ? silent : undefined,
    hasMismatch: mismatch === undefined ? undefined : mismatch === 'yes',
    os: state.filter('os'),
    networkType: state.filter('network'),
    networkOperator: state.filter('carrier'),
    component: state.filter('component'),
    componentVersion: state.filter('version'),
    license: state.filter('license'),
    update: state.filter('update'),
    failure: state.filter('failure'),
    appSet: state.filter('set'),
    hasAppSet: connected === undefined ? undefined : connected === 'yes',
    unreported: state.filter('unreported'),
    hasCardFinding: card === undefined ? undefined : card === 'yes',
    alertId: state.filter('alert'),
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
  os: isShort(128),
  networkType: isShort(64),
  networkOperator: isShort(64),
  component: isShort(128),
  componentVersion: isShort(64),
  license: isOneOf(LICENSE_STATES),
  update: isOneOf(UPDATE_STATES),
  failure: isOneOf(Object.keys(RESULT_REASONS)),
  appSet: isShort(128),
  hasAppSet: () => true,
  unreported: isOneOf(UNREPORTED),
  inService: () => true,
  hasCardFinding: () => true,
  alertId: isUuid,
}

/** Where the rows of a filter are to be had as a file, headed in a language. */
export function exportHref(filter: StatusFilter, locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value))
  return `/api/v1/status/export.csv?${query}`
}

type Filtered = Pick<TableState<StatusFilterName>, 'filter'>

/** Where all that a filter finds can be assigned an update. */
export const assignHref = (state: Filtered): string => chosenHref('/profile/assignments/new', state)

/** Where all that a filter finds can be connected to a set of applications. */
export const connectHref = (state: Filtered): string => chosenHref('/profile/app-sets', state)

function chosenHref(path: string, state: Filtered): string {
  const query = new URLSearchParams({ by: 'filter' })
  for (const name of STATUS_FILTERS) {
    const value = state.filter(name)
    if (value !== undefined) query.set(`for-${name}`, value)
  }
  return `${path}?${query}`
}
