import type { TableState } from '../../../../ui/table'
import type { EcrLogChoice, EcrLogFilter } from '../schemas'

export const ECR_LOGS = '/monitoring/ecr-logs'
export const logPath = (logId: string) => `${ECR_LOGS}/${logId}`
export const logsOfTerminal = (serial: string) => `${ECR_LOGS}?${new URLSearchParams({ search: serial })}`
export const contentHref = (logId: string) => `/api/v1/ecr-logs/${logId}/content`

export const ECR_FILTERS = ['search', 'first', 'last', 'size', 'card'] as const
export type EcrFilterName = (typeof ECR_FILTERS)[number]

const MIB = 1024 * 1024
/** From and up to so many bytes. */
export const SIZES: Readonly<Record<string, { minBytes?: number; maxBytes?: number }>> = {
  small: { maxBytes: MIB - 1 },
  medium: { minBytes: MIB, maxBytes: 10 * MIB - 1 },
  large: { minBytes: 10 * MIB },
}

const DAY = /^\d{4}-\d\d-\d\d$/
const DAY_MS = 86_400_000

/** The server's filter by what the address says; what no filter knows is left out. Days are those of whoever looks. */
export function filterOf({ filter }: Pick<TableState<EcrFilterName>, 'filter'>): EcrLogFilter {
  const search = filter('search')?.trim().slice(0, 64)
  const [first, last] = [startOf(filter('first')), startOf(filter('last'))]
  const card = filter('card')
  return {
    ...(search ? { search } : {}),
    ...(first === undefined ? {} : { from: new Date(first).toISOString() }),
    ...(last === undefined ? {} : { to: new Date(last + DAY_MS).toISOString() }),
    ...SIZES[filter('size') ?? ''],
    ...(card === 'yes' || card === 'no' ? { hasCardNumbers: card === 'yes' } : {}),
  }
}

function startOf(day: string | undefined): number | undefined {
  if (!DAY.test(day ?? '')) return undefined
  const ms = new Date(`${day}T00:00`).getTime()
  return Number.isNaN(ms) ? undefined : ms
}

/** Where all logs of a filter, or those that are named, are to be had as one ZIP. */
export function zipHref(choice: EcrLogChoice): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(choice)) query.set(name, String(value))
  return `/api/v1/ecr-logs/export.zip${query.size === 0 ? '' : `?${query}`}`
}
