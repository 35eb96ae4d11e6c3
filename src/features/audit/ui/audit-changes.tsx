import { createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'
import { fieldWords, valueWords } from './words'

const AT_FIRST = 3

/** What changed: a line for each field, with its value before where there was one, and now. Long tables unfold. */
export function AuditChanges(props: { changes: AuditEntry['changes'] }) {
  const i18n = useI18n()
  const { t } = i18n
  const [isUnfolded, setUnfolded] = createSignal(false)
  const all = () => Object.entries(props.changes)
  const shown = () => (isUnfolded() ? all() : all().slice(0, AT_FIRST))
  const had = (value: unknown) => value !== null && value !== undefined
  /** What was made had nothing before, and what is gone has nothing after: a column of dashes tells nobody anything. */
  const hasBefore = () => all().some(([, { before }]) => had(before))
  const hasAfter = () => all().some(([, { after }]) => had(after))
  return (
    <Show when={all().length > 0}>
      <table class="w-full table-fixed text-xs" aria-label={t('audit.changes')}>
        <thead class={hasBefore() ? 'text-left text-muted' : 'sr-only'}>
          <tr>
            <th scope="col" class={HEADER}>
              {t('audit.fieldName')}
            </th>
            <Show when={hasBefore()}>
              <th scope="col" class={HEADER}>
                {t('audit.before')}
              </th>
            </Show>
            <Show when={hasAfter() || !hasBefore()}>
              <th scope="col" class={HEADER}>
                {t('audit.after')}
              </th>
            </Show>
          </tr>
        </thead>
        <tbody>
          <For each={shown()}>
            {([field, { before, after }]) => (
              <tr class="border-t border-line first:border-0">
                <th scope="row" class="py-0.5 pr-3 text-left align-top font-normal text-muted">
                  {fieldWords(field, i18n)}
                </th>
                <Show when={hasBefore()}>
                  <td class={`${CELL} text-muted`}>{valueWords(field, before, i18n)}</td>
                </Show>
                <Show when={hasAfter() || !hasBefore()}>
                  <td class={CELL}>{valueWords(field, after, i18n)}</td>
                </Show>
              </tr>
            )}
          </For>
        </tbody>
      </table>
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

const HEADER = 'py-0.5 pr-3 font-normal'
const CELL = 'digits py-0.5 pr-3 align-top [overflow-wrap:anywhere]'
