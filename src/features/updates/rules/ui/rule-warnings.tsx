import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import type { RuleView } from '../schemas'

/** What is allowed in a rule, and seldom meant. */
export function RuleWarnings(props: { warnings: RuleView['warnings'] }) {
  const { t } = useI18n()
  return (
    <Show when={props.warnings.length > 0}>
      <ul class="space-y-2" aria-label={t('rules.page.warnings')}>
        <For each={props.warnings}>
          {(warning) => (
            <li class="flex gap-3 rounded-lg bg-warn-soft px-3.5 py-3 text-sm">
              <TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
              <div class="min-w-0">
                <p>{t(`updates.warning.${warning.code}`)}</p>
                <p class="digits mt-0.5 font-medium break-words">{warning.detail}</p>
              </div>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
