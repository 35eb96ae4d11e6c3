import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { DateTimeField, SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import type { TableState } from '../../../../ui/table'
import { POS_KINDS } from '../lists'
import { type PosFilterName, PRESETS, presetOf, RESULTS } from './filter-state'
import { posWordsIn } from './words'

/** Side by side on one line where there is room. */
const NARROW = 'min-w-36 flex-1 max-sm:min-w-full'
/** Statuses that terminals meet; others can be asked for by the address and by REST. */
const STATUSES = ['200', '204', '304', '400', '403', '404', '409', '413', '422', '429', '500', '503']

/** What the log can be narrowed by beside the serial number, each kept in the address. */
export function PosFilters(props: { state: TableState<PosFilterName>; isLive: boolean }) {
  const i18n = useI18n()
  const { t } = i18n
  const { kind } = posWordsIn(i18n)
  const bound = (name: PosFilterName) => ({
    value: props.state.filter(name) ?? '',
    onInput: (value: string) => props.state.setFilter(name, value),
  })
  const choosePeriod = (value: string) =>
    props.state.setFilters(
      value === 'own' ? { period: value } : { period: value || undefined, from: undefined, to: undefined },
    )
  return (
    <>
      <SearchField
        class={NARROW}
        label={t('posLog.filter.tid')}
        value={props.state.filter('tid') ?? ''}
        onSearch={(text) => props.state.setFilter('tid', text)}
      />
      <SelectField
        class={NARROW}
        label={t('posLog.filter.kind')}
        placeholder={t('ui.any')}
        options={POS_KINDS.map((value) => ({ value, label: kind(value) }))}
        {...bound('kind')}
      />
      <SelectField
        class={NARROW}
        label={t('posLog.filter.result')}
        placeholder={t('ui.any')}
        options={[
          ...RESULTS.map((value) => ({ value, label: t(`posLog.result.${value}`) })),
          ...STATUSES.map((value) => ({ value, label: value })),
        ]}
        {...bound('result')}
      />
      <SearchField
        class={NARROW}
        label={t('posLog.filter.code')}
        value={props.state.filter('code') ?? ''}
        onSearch={(text) => props.state.setFilter('code', text)}
      />
      <Show when={!props.isLive}>
        <SelectField
          class={NARROW}
          label={t('posLog.filter.period')}
          options={PRESETS.map((value) => ({ value, label: t(`posLog.preset.${value}`) }))}
          value={presetOf(props.state)}
          onInput={(value) => choosePeriod(value === 'any' ? '' : value)}
        />
        <Show when={presetOf(props.state) === 'own'}>
          <DateTimeField class={NARROW} label={t('posLog.filter.from')} {...bound('from')} />
          <DateTimeField class={NARROW} label={t('posLog.filter.to')} {...bound('to')} />
        </Show>
      </Show>
    </>
  )
}
