import ArrowRight from 'lucide-solid/icons/arrow-right'
import { createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { classes } from '../../../ui/classes'
import type { AuditEntry } from '../schemas'
import { fieldWords, valueWords } from './words'

const AT_FIRST = 3

/** What changed: a line for each field, with its value before where there was one, and now. Long lists unfold. */
export function AuditChanges(props: { changes: AuditEntry['changes'] }) {
  const i18n = useI18n()
  const { t } = i18n
  const [isUnfolded, setUnfolded] = createSignal(false)
  const all = () => Object.entries(props.changes)
  const shown = () => (isUnfolded() ? all() : all().slice(0, AT_FIRST))
  const had = (value: unknown) => value !== null && value !== undefined
  return (
    <Show when={all().length > 0}>
      <table class="w-full table-fixed text-xs" aria-label={t('audit.changes')}>
        <colgroup>
          <col class="w-28 sm:w-36" />
          <col />
        </colgroup>
        <thead class="sr-only">
          <tr>
            <th scope="col">{t('audit.fieldName')}</th>
            <th scope="col">{t('audit.beforeAfter')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={shown()}>
            {([field, { before, after }]) => (
              <tr class="border-t border-line first:border-0">
                <th scope="row" class="py-0.5 pr-3 text-left align-top font-normal text-muted">
                  {fieldWords(field, i18n)}
                </th>
                <td class="digits py-0.5 align-top [overflow-wrap:anywhere]">
                  <Show when={had(before)}>
                    <Value is={t('audit.before')} text={valueWords(field, before, i18n)} isOver />
                  </Show>
                  <Show when={had(before) && had(after)}>
                    <ArrowRight class="mx-1 inline size-3 text-muted" aria-hidden="true" />
                  </Show>
                  <Show when={had(after) || !had(before)}>
                    <Value is={t('audit.after')} text={valueWords(field, after, i18n)} />
                  </Show>
                </td>
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

/** Digests are not read but compared: one line of them, of which all is copied. */
const DIGEST = /^[0-9a-f]{40,}$/i

function Value(props: { is: string; text: string; isOver?: boolean }) {
  return (
    <span
      title={DIGEST.test(props.text) ? props.text : undefined}
      class={classes(props.isOver && 'text-muted', DIGEST.test(props.text) && 'block truncate')}
    >
      <span class="sr-only">{props.is}: </span>
      {props.text}
    </span>
  )
}
