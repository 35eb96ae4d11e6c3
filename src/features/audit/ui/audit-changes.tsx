import ArrowRight from 'lucide-solid/icons/arrow-right'
import { createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'
import { fieldWords, valueWords } from './words'

const AT_FIRST = 3

/** What changed: each field with its value before and now. Long lists unfold. */
export function AuditChanges(props: { changes: AuditEntry['changes'] }) {
  const i18n = useI18n()
  const [isUnfolded, setUnfolded] = createSignal(false)
  const all = () => Object.entries(props.changes)
  const shown = () => (isUnfolded() ? all() : all().slice(0, AT_FIRST))
  const isMade = (before: unknown) => before === null || before === undefined
  return (
    <Show when={all().length > 0}>
      <dl class="space-y-0.5 text-sm">
        <For each={shown()}>
          {([field, { before, after }]) => (
            <div class="flex flex-wrap items-baseline gap-x-1.5">
              <dt class="text-muted">{`${fieldWords(field, i18n)}:`}</dt>
              <dd class="digits min-w-0 break-words [overflow-wrap:anywhere]">
                <Show when={!isMade(before)}>
                  <span class="sr-only">{i18n.t('audit.from')} </span>
                  <span class="text-muted line-through decoration-1">{valueWords(field, before, i18n)}</span>
                  <ArrowRight class="mx-1 inline size-3.5 text-muted" aria-hidden="true" />
                  <span class="sr-only">{i18n.t('audit.to')} </span>
                </Show>
                {valueWords(field, after, i18n)}
              </dd>
            </div>
          )}
        </For>
      </dl>
      <Show when={all().length > AT_FIRST && !isUnfolded()}>
        <button
          type="button"
          class="mt-1 rounded text-sm text-accent hover:underline"
          onClick={() => setUnfolded(true)}
        >
          {i18n.tn('audit.more', all().length - AT_FIRST)}
        </button>
      </Show>
    </Show>
  )
}
