import { A } from '@solidjs/router'
import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import X from 'lucide-solid/icons/x'
import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { IconButton } from '../../../../ui/button'
import { Checkbox } from '../../../../ui/choice-field'
import { TextField } from '../../../../ui/field'
import { packagePath } from '../../packages/ui/places'
import { modelsWords, nameOf } from '../../packages/ui/words'
import type { StepDraft } from './rule-form'

/** One package of a rule: what it leads to, from where it may be taken, and its place. */
export function StepRow(props: {
  step: StepDraft
  place: number
  isLast: boolean
  fault: string | undefined
  onChange(values: Partial<StepDraft>): void
  onMove(by: -1 | 1): void
  onRemove(): void
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const name = () => nameOf(props.step)
  const about = () =>
    [
      modelsWords(props.step.models, i18n),
      ...(props.step.fromVersion === null
        ? []
        : [t('rules.form.fromBase', { version: props.step.fromVersion })]),
      format.bytes(props.step.sizeBytes),
    ].join(' · ')
  return (
    <li class="px-4 py-3">
      <div class="flex items-start gap-3">
        <span class="digits grid size-6 shrink-0 place-items-center rounded-full bg-raised text-xs font-medium">
          <span class="sr-only">
            {t('rules.form.step', { place: format.number(props.place + 1), name: name() })}
          </span>
          <span aria-hidden="true">{format.number(props.place + 1)}</span>
        </span>
        <div class="min-w-0 flex-1">
          <A
            href={packagePath(props.step.packageId)}
            target="_blank"
            class="digits rounded text-sm font-medium break-words hover:underline"
          >
            {props.step.component} <span class="text-muted">→</span> {props.step.version}
          </A>
          <p class="mt-0.5 text-xs break-words text-muted">{about()}</p>
        </div>
        <div class="-mt-1 -mr-1.5 flex shrink-0">
          <IconButton
            size="small"
            label={t('rules.form.up', { name: name() })}
            icon={<ArrowUp class="size-4" aria-hidden="true" />}
            disabled={props.place === 0}
            onClick={() => props.onMove(-1)}
          />
          <IconButton
            size="small"
            label={t('rules.form.down', { name: name() })}
            icon={<ArrowDown class="size-4" aria-hidden="true" />}
            disabled={props.isLast}
            onClick={() => props.onMove(1)}
          />
          <IconButton
            size="small"
            label={t('rules.form.remove', { name: name() })}
            icon={<X class="size-4" aria-hidden="true" />}
            onClick={() => props.onRemove()}
          />
        </div>
      </div>
      <div class="mt-2 grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-[9rem_9rem_minmax(0,1fr)] sm:pl-9">
        <TextField
          isCode
          label={t('rules.form.fromMin')}
          value={props.step.fromMin}
          placeholder={t('rules.form.anyVersion')}
          maxLength={64}
          autocomplete="off"
          onInput={(fromMin) => props.onChange({ fromMin })}
        />
        <TextField
          isCode
          label={t('rules.form.fromMax')}
          value={props.step.fromMax}
          placeholder={t('rules.form.anyVersion')}
          maxLength={64}
          autocomplete="off"
          onInput={(fromMax) => props.onChange({ fromMax })}
        />
        <Show when={props.place > 0}>
          <Checkbox
            class="self-end pb-1.5 max-sm:col-span-2"
            label={t('rules.form.waits')}
            value={props.step.waitsForEarlier}
            onInput={(waitsForEarlier) => props.onChange({ waitsForEarlier })}
          />
        </Show>
      </div>
      <Show when={props.fault}>
        {(fault) => (
          <p class="mt-2 flex items-start gap-1.5 text-sm text-danger sm:pl-9" role="alert">
            <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            <span>{fault()}</span>
          </p>
        )}
      </Show>
    </li>
  )
}
