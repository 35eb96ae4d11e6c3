import Download from 'lucide-solid/icons/download'
import ListFilter from 'lucide-solid/icons/list-filter'
import X from 'lucide-solid/icons/x'
import { createMemo, createSignal, createUniqueId, type JSX, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { Button, ButtonLink } from '../button'
import { classes } from '../classes'
import { createIsWide } from '../is-wide'
import { ColumnChooser } from './column-chooser'
import type { Column } from './columns'
import type { TableState } from './state'

/**
 * Above a table: a search box that is always there, the other filters (folded away on a narrow screen), columns to choose and the
 * export of what the filters leave.
 */
export function Toolbar<Row>(props: {
  state: TableState<never>
  columns: readonly Column<Row>[]
  search: JSX.Element
  /** Made when they are first seen. */
  filters?: JSX.Element
  exportHref?: string | undefined
}) {
  const { t } = useI18n()
  const id = createUniqueId()
  const [isOpen, setOpen] = createSignal(false)
  // Asking for the filters themselves would make them: once for every time it is asked.
  const hasFilters = 'filters' in props
  const isWide = createIsWide()
  const areFiltersMade = createMemo<boolean>((before) => before || isOpen() || isWide(), false)
  return (
    <div class="mb-4 space-y-3">
      <div class="flex flex-wrap items-end gap-2">
        <div class="min-w-60 flex-1 max-sm:basis-full">{props.search}</div>
        <Show when={hasFilters}>
          <Button
            class="lg:hidden"
            aria-expanded={isOpen()}
            aria-controls={id}
            icon={<ListFilter class="size-4" aria-hidden="true" />}
            onClick={() => setOpen(!isOpen())}
          >
            {t('ui.table.filters')}
            <Show when={props.state.activeFilters() > 0}>
              <span class="digits rounded-full bg-accent-soft px-1.5 text-xs text-accent">
                {props.state.activeFilters()}
              </span>
            </Show>
          </Button>
        </Show>
        <ColumnChooser state={props.state} columns={props.columns} />
        <Show when={props.exportHref}>
          {(href) => (
            <ButtonLink isDownload href={href()} icon={<Download class="size-4" aria-hidden="true" />}>
              {t('ui.table.export')}
            </ButtonLink>
          )}
        </Show>
      </div>
      <Show when={hasFilters}>
        <div id={id} class={classes('flex flex-wrap items-end gap-3', !isOpen() && 'max-lg:hidden')}>
          <Show when={areFiltersMade()}>{props.filters}</Show>
          <Show when={props.state.activeFilters() > 0}>
            <Button
              look="quiet"
              icon={<X class="size-4" aria-hidden="true" />}
              onClick={() => props.state.clearFilters()}
            >
              {t('ui.table.clearFilters')}
            </Button>
          </Show>
        </div>
      </Show>
    </div>
  )
}
