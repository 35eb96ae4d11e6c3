import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ComboField } from '../../../../ui/combo-field'
import { SelectField } from '../../../../ui/field'
import type { TableState } from '../../../../ui/table'
import { TERMINAL_STATES } from '../../../terminals/lists'
import { findGroups, findMerchants, useGroupOf, useMerchantOf } from '../../../terminals/ui/places'
import { usePlatforms, useWord } from '../../../terminals/ui/words'
import { appOf, appValue, IN_SERVICE, type StatusFilterName } from './filter-state'
import { MoreFilters } from './more-filters'

/** Side by side on one line where there is room. */
const NARROW = 'min-w-30 flex-1 max-sm:min-w-full'
const OFFERED_HOURS = [1, 6, 24, 72, 168, 720]

/** What the list can be narrowed by, each kept in the address; connectivity is chosen by the numbers above. */
export function StatusFilters(props: { state: TableState<StatusFilterName> }) {
  const { t, format } = useI18n()
  const word = useWord()
  const platforms = usePlatforms()
  const facets = useQuery(() => api.status.facets.query({}))
  const group = useGroupOf(() => props.state.filter('group'))
  const merchant = useMerchantOf(() => props.state.filter('merchant'))
  const bound = (name: StatusFilterName) => ({
    value: props.state.filter(name) ?? '',
    onInput: (value: string) => props.state.setFilter(name, value),
  })
  /** What the address says must be in the list, even where it is not offered. */
  const withOwn = (name: StatusFilterName, offered: { value: string; label: string }[], label: string) => {
    const own = props.state.filter(name)
    return own === undefined || offered.some((one) => one.value === own)
      ? offered
      : [...offered, { value: own, label }]
  }
  const models = () =>
    withOwn(
      'model',
      (facets.data?.models ?? []).map((model) => ({ value: model, label: model })),
      props.state.filter('model') ?? '',
    )
  const apps = () => {
    const offered = (facets.data?.appVersions ?? []).map((one) => ({
      value: appValue(one),
      label: [one.appName, one.appVersion].filter(Boolean).join(' '),
    }))
    const { appName, appVersion } = appOf(props.state.filter('app'))
    return withOwn('app', offered, [appName, appVersion].filter(Boolean).join(' '))
  }
  const hours = () => {
    const span = (count: number) => t('fleet.filter.longerThan', { span: format.duration(count * 3600) })
    const offered = OFFERED_HOURS.map((count) => ({ value: String(count), label: span(count) }))
    return withOwn('silent', offered, span(Number(props.state.filter('silent')) || 0))
  }
  return (
    <>
      <SelectField
        class={NARROW}
        label={t('fleet.fact.state')}
        placeholder={t('ui.any')}
        options={[
          { value: IN_SERVICE, label: t('fleet.filter.inService') },
          ...TERMINAL_STATES.map((one) => ({ value: one, label: word('state', one) })),
        ]}
        {...bound('state')}
      />
      <SelectField
        class={NARROW}
        label={t('fleet.fact.platform')}
        placeholder={t('ui.any')}
        options={platforms.options()}
        {...bound('platform')}
      />
      <SelectField
        class={NARROW}
        label={t('fleet.fact.model')}
        placeholder={t('ui.any')}
        options={models()}
        {...bound('model')}
      />
      <SelectField
        class={NARROW}
        label={t('fleet.fact.application')}
        placeholder={t('ui.any')}
        options={apps()}
        {...bound('app')}
      />
      <ComboField
        class={NARROW}
        label={t('fleet.fact.group')}
        placeholder={t('ui.any')}
        load={findGroups}
        value={group()}
        onInput={(option) => props.state.setFilter('group', option?.value)}
      />
      <ComboField
        class={NARROW}
        label={t('fleet.filter.merchant')}
        placeholder={t('ui.any')}
        load={findMerchants}
        value={merchant()}
        onInput={(option) => props.state.setFilter('merchant', option?.value)}
      />
      <SelectField
        class={NARROW}
        label={t('fleet.filter.silent')}
        placeholder={t('ui.any')}
        options={hours()}
        {...bound('silent')}
      />
      <SelectField
        class={NARROW}
        label={t('fleet.fact.mismatches')}
        placeholder={t('ui.any')}
        options={[
          { value: 'yes', label: t('fleet.filter.mismatched') },
          { value: 'no', label: t('fleet.filter.matching') },
        ]}
        {...bound('mismatch')}
      />
      <MoreFilters state={props.state} facets={facets.data} class={NARROW} />
    </>
  )
}
