import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { ScrollArea } from './scroll-area'

/** A short list of facts with several columns, all of it in sight. Empty cells show as a dash. */
export function DataList(props: {
  label: string
  /** In place of rows where there are none. */
  none: string
  head: readonly string[]
  rows: readonly (readonly JSX.Element[])[]
}) {
  const { t } = useI18n()
  return (
    <Show when={props.rows.length > 0} fallback={<p class="text-sm text-muted">{props.none}</p>}>
      <ScrollArea label={props.label}>
        <table class="w-full text-sm">
          <thead>
            <tr class="text-left text-xs text-muted">
              <For each={props.head}>
                {(name) => (
                  <th scope="col" class="border-b border-line py-2 pr-4 font-medium whitespace-nowrap">
                    {name}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(cells) => (
                <tr class="border-b border-line last:border-0">
                  <For each={cells}>
                    {(cell) => <td class="digits py-2 pr-4 align-top break-words">{cell || t('ui.none')}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </ScrollArea>
    </Show>
  )
}
