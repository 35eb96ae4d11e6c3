import { Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { RadioGroup } from '../../../ui/choice-field'
import { ComboManyField } from '../../../ui/combo-field'
import { findGroups, findMerchants } from '../../terminals/ui/places'
import type { Limits } from './limits'

/** All terminals, or those of some groups and merchants. */
export function LimitsField(props: {
  limits: Limits
  isTried: boolean
  /** Whose limits they are; what somebody sees where it is left out. */
  label?: string
}) {
  const { t } = useI18n()
  const wrong = () =>
    props.isTried && props.limits.isEmpty() ? { error: t('administration.limits.nothingChosen') } : {}
  return (
    <div class="space-y-4">
      <RadioGroup
        label={props.label ?? t('administration.limits.label')}
        value={props.limits.kind()}
        onInput={(kind) => props.limits.setKind(kind === 'limited' ? 'limited' : 'all')}
        options={[
          {
            value: 'all',
            label: t('administration.limits.all'),
            hint: t('administration.limits.allHint'),
          },
          {
            value: 'limited',
            label: t('administration.limits.limited'),
            hint: t('administration.limits.limitedHint'),
          },
        ]}
      />
      <Show when={props.limits.kind() === 'limited'}>
        <div class="grid gap-4 sm:grid-cols-2">
          <ComboManyField
            label={t('administration.limits.groups')}
            value={props.limits.groups()}
            onInput={props.limits.setGroups}
            load={findGroups}
            placeholder={t('administration.limits.find')}
            {...wrong()}
          />
          <ComboManyField
            label={t('administration.limits.merchants')}
            value={props.limits.merchants()}
            onInput={props.limits.setMerchants}
            load={findMerchants}
            placeholder={t('administration.limits.find')}
          />
        </div>
      </Show>
    </div>
  )
}
