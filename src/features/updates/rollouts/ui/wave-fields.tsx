import X from 'lucide-solid/icons/x'
import { Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { IconButton } from '../../../../ui/button'
import { ComboField } from '../../../../ui/combo-field'
import { SelectField, TextField } from '../../../../ui/field'
import { findGroups } from '../../../terminals/ui/places'
import { SIZES, type WaveDraft } from './rollout-form'

/** One wave of a rollout to be: whom it takes, and its two thresholds. */
export function WaveFields(props: {
  wave: WaveDraft
  position: number
  count: number
  errorOf(field: keyof WaveDraft): string | undefined
  onChange(values: Partial<WaveDraft>): void
  onBlur(): void
  onRemove(): void
}) {
  const { t, format } = useI18n()
  const isLast = () => props.position === props.count - 1
  const place = () => format.number(props.position + 1)
  const title = () => {
    if (!isLast()) return t('rollouts.new.wave', { wave: place() })
    return props.count === 1 ? t('rollouts.new.onlyWave') : t('rollouts.new.lastWave', { wave: place() })
  }
  /** Only the first wave may be a group. */
  const sizes = () => SIZES.filter((one) => one !== 'group' || props.position === 0)
  const wrong = (field: keyof WaveDraft) => {
    const error = props.errorOf(field)
    return error === undefined ? {} : { error }
  }
  const blur = { onBlur: () => props.onBlur() }
  return (
    <li class="px-4 py-3.5">
      <fieldset class="min-w-0">
        <legend class="sr-only">{title()}</legend>
        <div class="mb-2 flex min-h-8 items-center justify-between gap-3">
          <p aria-hidden="true" class="text-sm font-medium">
            {title()}
          </p>
          <Show when={!isLast()}>
            <IconButton
              size="small"
              class="-mr-1.5"
              label={t('rollouts.new.remove', { wave: place() })}
              icon={<X class="size-4" aria-hidden="true" />}
              onClick={() => props.onRemove()}
            />
          </Show>
        </div>
        <div class="grid grid-cols-2 items-start gap-x-4 gap-y-3 sm:grid-cols-4">
          <Show when={!isLast()}>
            <SelectField
              {...blur}
              label={t('rollouts.new.by')}
              value={props.wave.by}
              options={sizes().map((one) => ({ value: one, label: t(`rollouts.new.how.${one}`) }))}
              onInput={(value) => props.onChange({ by: SIZES.find((one) => one === value) ?? 'percent' })}
            />
            <Switch>
              <Match when={props.wave.by === 'group'}>
                <ComboField
                  {...blur}
                  {...wrong('group')}
                  label={t('rollouts.new.group')}
                  value={props.wave.group}
                  load={findGroups}
                  onInput={(group) => props.onChange({ group })}
                />
              </Match>
              <Match when={props.wave.by !== 'group'}>
                <TextField
                  {...blur}
                  {...wrong('size')}
                  label={t(props.wave.by === 'count' ? 'rollouts.new.count' : 'rollouts.new.percent')}
                  value={props.wave.size}
                  inputMode={props.wave.by === 'count' ? 'numeric' : 'decimal'}
                  autocomplete="off"
                  onInput={(size) => props.onChange({ size })}
                />
              </Match>
            </Switch>
          </Show>
          <TextField
            {...blur}
            {...wrong('success')}
            class={isLast() ? 'sm:col-start-3' : ''}
            label={t('rollouts.new.success')}
            value={props.wave.success}
            inputMode="decimal"
            autocomplete="off"
            onInput={(success) => props.onChange({ success })}
          />
          <TextField
            {...blur}
            {...wrong('error')}
            label={t('rollouts.new.error')}
            value={props.wave.error}
            inputMode="decimal"
            autocomplete="off"
            onInput={(error) => props.onChange({ error })}
          />
        </div>
      </fieldset>
    </li>
  )
}
