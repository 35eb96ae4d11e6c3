import type { TableState } from '../../../../ui/table'

export type PlaceName = 'group' | 'merchant'

const isUuid = (value: string | undefined) =>
  value !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)

/** What the address chooses; what the server would refuse is left out. */
export function placesOf(state: Pick<TableState<PlaceName>, 'filter'>): {
  groupId?: string
  merchantId?: string
} {
  const [groupId, merchantId] = [state.filter('group'), state.filter('merchant')]
  return {
    ...(groupId !== undefined && isUuid(groupId) ? { groupId } : {}),
    ...(merchantId !== undefined && isUuid(merchantId) ? { merchantId } : {}),
  }
}

/** Where the numbers are to be had as a file, headed in a language. */
export function exportHref(places: { groupId?: string; merchantId?: string }, locale: string): string {
  return `/api/v1/analysis/export.csv?${new URLSearchParams({ lang: locale, ...places })}`
}
