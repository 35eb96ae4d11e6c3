import { For, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { Field } from './fields'
import { Prose } from './prose'

const INDENTS = ['', 'pl-4', 'pl-8', 'pl-12', 'pl-16', 'pl-20', 'pl-24', 'pl-28', 'pl-32']

/** Fields with their types; those that lie in another are set in below it. On a narrow screen each is a paragraph. */
export function FieldTable(props: { label: string; fields: readonly (Field & { in?: string })[] }) {
  const { t } = useI18n()
  return (
    <Show when={props.fields.length > 0}>
      <table class="w-full table-fixed text-sm max-sm:block" aria-label={props.label}>
        <thead class="sr-only">
          <tr>
            <th scope="col">{t('apiDocs.field')}</th>
            <th scope="col">{t('apiDocs.type')}</th>
          </tr>
        </thead>
        <tbody class="max-sm:block">
          <For each={props.fields}>
            {(field) => (
              <tr class="border-t border-line first:border-0 max-sm:block max-sm:py-1">
                <th
                  scope="row"
                  class={`py-1.5 pr-3 text-left align-top font-normal max-sm:block max-sm:py-0.5 ${INDENTS[field.depth] ?? ''}`}
                >
                  <code class="break-words">{field.name}</code>
                  <Show when={field.isRequired}>
                    <span class="ml-2 text-xs text-warn">{t('apiDocs.required')}</span>
                  </Show>
                  <Show when={field.in}>
                    {(where) => <span class="ml-2 text-xs text-muted">{where()}</span>}
                  </Show>
                </th>
                <td class="py-1.5 align-top max-sm:block max-sm:py-0.5">
                  <code class="text-xs break-words text-muted">{field.type}</code>
                  <Show when={field.description}>
                    <Prose text={field.description} class="text-pretty break-words" />
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  )
}
