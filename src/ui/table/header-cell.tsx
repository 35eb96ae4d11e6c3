import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import ChevronsUpDown from 'lucide-solid/icons/chevrons-up-down'
import { Match, Show, Switch } from 'solid-js'
import { classes } from '../classes'
import type { Column } from './columns'
import type { TableState } from './state'

/** A column's heading; one that sorts is a button, and says in `aria-sort` how it does. */
export function HeaderCell<Row>(props: { column: Column<Row>; state: TableState<never> }) {
  const direction = () => {
    const { by, direction } = props.state.sort()
    return props.column.sort !== undefined && by === props.column.sort ? direction : undefined
  }
  const ariaSort = () =>
    direction() === 'asc' ? 'ascending' : direction() === 'desc' ? 'descending' : undefined
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={ariaSort()}
      class={classes(
        'px-3 py-2.5 text-left text-xs first:pl-4 last:pr-4 font-medium whitespace-nowrap text-muted',
        props.column.align === 'end' && 'text-right',
      )}
    >
      <Show when={props.column.sort} fallback={props.column.header}>
        {(by) => (
          <button
            type="button"
            class="-mx-1.5 inline-flex items-center gap-1 rounded px-1.5 py-1 font-medium hover:bg-raised hover:text-ink"
            onClick={() => props.state.setSort(by())}
          >
            {props.column.header}
            <Switch fallback={<ChevronsUpDown class="size-3.5 opacity-60" aria-hidden="true" />}>
              <Match when={direction() === 'asc'}>
                <ArrowUp class="size-3.5 text-accent" aria-hidden="true" />
              </Match>
              <Match when={direction() === 'desc'}>
                <ArrowDown class="size-3.5 text-accent" aria-hidden="true" />
              </Match>
            </Switch>
          </button>
        )}
      </Show>
    </th>
  )
}
