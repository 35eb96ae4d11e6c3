import { createMemo } from 'solid-js'
import { useI18n } from '../../../i18n'
import { SelectField } from '../../../ui/field'
import { SearchField } from '../../../ui/search-field'
import type { TableState } from '../../../ui/table'
import { usePlatforms } from '../../terminals/ui/words'
import { LICENCE_STATES } from '../schemas'
import { middleOf } from './expiry'
import { stateKey } from './words'

export type LicenceFilter = 'q' | 'platform' | 'product' | 'state' | 'expires'
export const LICENCE_FILTERS: readonly LicenceFilter[] = ['q', 'platform', 'product', 'state', 'expires']
const DAYS = [7, 30, 90, 365]

/** Everything the list can be filtered by besides its search. */
export function LicenceFilters(props: { state: TableState<LicenceFilter> }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const platforms = usePlatforms()
  const expires = () => props.state.filter('expires') ?? ''
  const spans = createMemo(() => {
    const options = [
      { value: 'expired', label: t('license.list.expiredAlready') },
      ...DAYS.map((days) => ({ value: String(days), label: tn('license.list.withinDays', days) })),
    ]
    const own = expires()
    if (own === '' || options.some(({ value }) => value === own)) return options
    // Chosen in the chart, or by whoever wrote the address.
    const label = /^\d+$/.test(own)
      ? tn('license.list.withinDays', Number(own))
      : t('license.list.inMonth', { month: monthWords(own) })
    return [...options, { value: own, label }]
  })
  const monthWords = (month: string) =>
    Number.isNaN(Date.parse(middleOf(month))) ? month : format.month(middleOf(month))
  return (
    <>
      <SelectField
        class="min-w-44 max-sm:w-full"
        label={t('license.fact.platform')}
        value={props.state.filter('platform') ?? ''}
        options={platforms.options()}
        placeholder={t('license.list.anyPlatform')}
        onInput={(value) => props.state.setFilter('platform', value)}
      />
      <SelectField
        class="min-w-44 max-sm:w-full"
        label={t('license.list.state')}
        value={props.state.filter('state') ?? 'current'}
        options={[
          ...LICENCE_STATES.map((state) => ({ value: state, label: t(stateKey(state)) })),
          { value: 'any', label: t('license.list.anyState') },
        ]}
        onInput={(value) => props.state.setFilter('state', value === 'current' ? undefined : value)}
      />
      <SelectField
        class="min-w-52 max-sm:w-full"
        label={t('license.list.expires')}
        value={expires()}
        options={spans()}
        placeholder={t('license.list.anyTime')}
        onInput={(value) => props.state.setFilter('expires', value)}
      />
      <SearchField
        class="min-w-64 max-sm:w-full"
        label={t('license.list.product')}
        value={props.state.filter('product') ?? ''}
        onSearch={(value) => props.state.setFilter('product', value)}
      />
    </>
  )
}
