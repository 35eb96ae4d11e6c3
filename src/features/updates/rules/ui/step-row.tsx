import { A } from '@solidjs/router'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Checkbox } from '../../../../ui/choice-field'
import { TextField } from '../../../../ui/field'
import type { PlaceProps } from '../../../../ui/form/ordered'
import { packagePath } from '../../packages/ui/places'
import { modelsWords, nameOf } from '../../packages/ui/words'
import { PlaceButtons } from './place-buttons'
import type { StepDraft } from './rule-form'

/** One package of a rule: what it leads to, from where it may be taken, and its place. */
export function StepRow(props: PlaceProps<StepDraft> & { step: StepDraft; fault: string | undefined }) {
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
        <PlaceButtons {...props} name={name()} />
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
