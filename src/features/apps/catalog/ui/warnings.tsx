import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { WarningNote } from '../../../../ui/warning-note'
import type { AppWarning } from '../schemas'
import { isGrave, toneOf } from './words'

/** Each kind once: a scheme more or less is not another warning. */
const codesOf = (warnings: readonly AppWarning[]) => [...new Set(warnings.map(({ code }) => code))]

/** Warnings in two words each, for a list. */
export function WarningMarks(props: { warnings: readonly AppWarning[] }) {
  const { t } = useI18n()
  return (
    <Show when={props.warnings.length > 0} fallback={<span class="text-muted">{t('ui.none')}</span>}>
      <span class="inline-flex flex-wrap items-center gap-1 max-sm:justify-end">
        <For each={codesOf(props.warnings)}>
          {(code) => <Badge tone={toneOf(code)}>{t(`applications.mark.${code}`)}</Badge>}
        </For>
      </span>
    </Show>
  )
}

/** Warnings in full: what is doubtful and what may come of it. */
export function WarningList(props: { warnings: readonly AppWarning[]; label: string }) {
  const { t } = useI18n()
  const detailsOf = (code: AppWarning['code']) =>
    props.warnings.filter((one) => one.code === code && one.detail !== '').map(({ detail }) => detail)
  return (
    <Show when={props.warnings.length > 0}>
      <ul class="space-y-2" aria-label={props.label}>
        <For each={codesOf(props.warnings)}>
          {(code) => (
            <WarningNote
              text={t(`applications.warning.${code}`)}
              isGrave={isGrave(code)}
              details={detailsOf(code)}
            />
          )}
        </For>
      </ul>
    </Show>
  )
}
