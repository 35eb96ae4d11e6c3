import Columns3 from 'lucide-solid/icons/columns-3'
import { For, onCleanup, onMount } from 'solid-js'
import { useI18n } from '../../i18n'
import { Checkbox } from '../choice-field'
import type { Column } from './columns'
import type { TableState } from './state'

/** Which columns of a table are shown; kept in the address. Shuts by Escape, and once somebody is elsewhere. */
export function ColumnChooser<Row>(props: { state: TableState<never>; columns: readonly Column<Row>[] }) {
  const { t } = useI18n()
  let box: HTMLDetailsElement | undefined
  let opener: HTMLElement | undefined
  const toggle = (id: string, isShown: boolean) => {
    const hidden = new Set(props.state.hiddenColumns())
    if (isShown) hidden.delete(id)
    else hidden.add(id)
    props.state.setHiddenColumns([...hidden])
  }
  const shut = () => {
    if (box) box.open = false
  }
  onMount(() => {
    const leave = ({ target }: Event) => {
      if (box?.open && target instanceof Node && !box.contains(target)) shut()
    }
    for (const event of ['pointerdown', 'focusin']) document.addEventListener(event, leave)
    onCleanup(() => {
      for (const event of ['pointerdown', 'focusin']) document.removeEventListener(event, leave)
    })
  })
  return (
    // Escape bubbles up from the boxes inside.
    <details
      ref={(element) => {
        box = element
      }}
      class="group relative max-sm:hidden"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !box?.open) return
        shut()
        opener?.focus()
      }}
    >
      <summary
        ref={(element) => {
          opener = element
        }}
        class="inline-flex h-10 list-none items-center gap-2 rounded-lg border border-edge bg-surface px-4 text-sm font-medium hover:bg-raised"
      >
        <Columns3 class="size-4" aria-hidden="true" />
        {t('ui.table.columns')}
      </summary>
      <div class="absolute right-0 z-20 mt-1 max-h-96 w-60 overflow-y-auto rounded-xl border border-line bg-surface p-2 shadow-lg">
        <For each={props.columns.filter((column) => !column.isFixed)}>
          {(column) => (
            <Checkbox
              class="rounded-lg px-2 hover:bg-raised"
              label={column.header}
              value={!props.state.hiddenColumns().has(column.id)}
              onInput={(isShown) => toggle(column.id, isShown)}
            />
          )}
        </For>
      </div>
    </details>
  )
}
