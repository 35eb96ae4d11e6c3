import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../i18n'
import { TickBox } from '../choice-field'
import { classes } from '../classes'
import { ErrorNote } from '../error-note'
import { Skeleton } from '../skeleton'
import type { Column } from './columns'
import { HeaderCell } from './header-cell'
import { NoMatches } from './no-matches'
import { Pager } from './pager'
import type { Selection } from './selection'
import type { TableState } from './state'

export interface TableProps<Row> {
  /** What the table is of, for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  /** Undefined while the first page is loading. */
  rows: readonly Row[] | undefined
  rowId(row: Row): string
  /** What a person calls the row. */
  rowName(row: Row): string
  state: TableState<never>
  nextCursor: string | null | undefined
  /** Shows that a newer answer is on its way, over the rows that are there. */
  isFetching?: boolean
  error?: { text: string; code?: string | undefined; requestId?: string | undefined } | undefined
  onRetry?(): void
  selection?: Selection | undefined
  /** In place of rows where there are none at all: what to do first. Where filters leave none the table says so itself. */
  empty: JSX.Element
  /** Above the rows, beside the pager: how many, live, and the like. */
  note?: JSX.Element
}

/**
 * A keyset-paged table. Below 640 px each row becomes a card: the same cells, each with its heading before it. Roles are said in full
 * because browsers drop a table's own once its parts are not laid out as a table.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { t } = useI18n()
  const shown = createMemo(() =>
    props.columns.filter((column) => column.isFixed || !props.state.hiddenColumns().has(column.id)),
  )
  const isNarrowed = () => props.state.activeFilters() > 0 || props.state.page() > 1
  const ids = () => props.rows?.map(props.rowId) ?? []
  const isWholePageSelected = () => ids().length > 0 && ids().every((id) => props.selection?.has(id))
  const isPartOfPageSelected = () => !isWholePageSelected() && ids().some((id) => props.selection?.has(id))
  return (
    <div class="overflow-hidden rounded-xl border border-line bg-surface">
      <Switch>
        <Match when={props.error !== undefined && props.rows === undefined && props.error}>
          {(error) => (
            <div class="p-4">
              <ErrorNote {...error()} onRetry={props.onRetry} />
            </div>
          )}
        </Match>
        <Match when={props.rows === undefined}>
          <Skeleton lines={9} class="p-6" />
        </Match>
        <Match when={props.rows?.length === 0}>
          <Show when={isNarrowed()} fallback={props.empty}>
            <NoMatches state={props.state} />
          </Show>
        </Match>
        <Match when={true}>
          <div class="relative overflow-x-auto">
            <Show when={props.isFetching}>
              <div aria-hidden="true" class="absolute inset-x-0 top-0 z-10 h-0.5 animate-pulse bg-accent" />
            </Show>
            <table role="table" aria-label={props.label} class="w-full border-collapse text-sm max-sm:block">
              <thead role="rowgroup" class="max-sm:sr-only">
                <tr role="row" class="border-b border-line">
                  <Show when={props.selection}>
                    {(selection) => (
                      <th role="columnheader" scope="col" class="w-10 py-2.5 pl-4 text-left">
                        <TickBox
                          aria-label={t('ui.table.selectPage')}
                          checked={isWholePageSelected()}
                          isIndeterminate={isPartOfPageSelected()}
                          onChange={() => selection().toggleAll(ids())}
                        />
                      </th>
                    )}
                  </Show>
                  <For each={shown()}>{(column) => <HeaderCell column={column} state={props.state} />}</For>
                </tr>
              </thead>
              <tbody role="rowgroup" class="max-sm:block">
                <For each={props.rows}>
                  {(row) => (
                    <tr
                      role="row"
                      class={classes(
                        'border-b border-line last:border-0 hover:bg-raised/60',
                        'max-sm:relative max-sm:flex max-sm:flex-col max-sm:gap-1 max-sm:px-4 max-sm:py-3',
                        props.selection?.has(props.rowId(row)) && 'bg-accent-soft hover:bg-accent-soft',
                      )}
                    >
                      <Show when={props.selection}>
                        {(selection) => (
                          <td
                            role="cell"
                            class="w-10 py-2.5 pl-4 max-sm:absolute max-sm:top-3 max-sm:right-4 max-sm:w-auto max-sm:p-0"
                          >
                            <TickBox
                              aria-label={t('ui.table.selectRow', { name: props.rowName(row) })}
                              checked={selection().has(props.rowId(row))}
                              onChange={() => selection().toggle(props.rowId(row))}
                            />
                          </td>
                        )}
                      </Show>
                      <For each={shown()}>
                        {(column, index) => (
                          <td
                            role="cell"
                            class={classes(
                              'align-middle sm:px-3 sm:py-2.5 sm:first:pl-4 sm:last:pr-4',
                              column.isBlock
                                ? 'max-sm:block'
                                : 'max-sm:flex max-sm:items-baseline max-sm:justify-between max-sm:gap-4',
                              column.align === 'end' && 'text-right',
                              index() === 0 &&
                                'max-sm:mb-1 max-sm:pr-10 max-sm:text-base max-sm:font-semibold',
                            )}
                          >
                            <Show when={index() > 0}>
                              <span aria-hidden="true" class="shrink-0 text-xs text-muted sm:hidden">
                                {column.header}
                              </span>
                            </Show>
                            <div
                              class={classes(
                                'min-w-0',
                                index() > 0 && !column.isBlock && 'max-sm:text-right',
                                column.isBlock && 'max-sm:mt-1',
                                column.isWide && 'max-w-72 truncate',
                              )}
                            >
                              {column.cell(row)}
                            </div>
                          </td>
                        )}
                      </For>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        </Match>
      </Switch>
      <Show when={props.rows !== undefined && (props.rows.length > 0 || props.state.page() > 1)}>
        <Pager
          label={props.label}
          state={props.state}
          nextCursor={props.nextCursor}
          rows={props.rows?.length ?? 0}
          note={props.note}
        />
      </Show>
    </div>
  )
}
