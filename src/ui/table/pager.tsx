import ChevronLeft from 'lucide-solid/icons/chevron-left'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import ChevronsLeft from 'lucide-solid/icons/chevrons-left'
import { For, type JSX } from 'solid-js'
import { useI18n } from '../../i18n'
import { IconButton } from '../button'
import { PAGE_SIZES, type TableState } from './state'

/** The way through keyset pages. How many there are in all nobody counts: that would read the whole table. */
export function Pager(props: {
  /** What the table is of: a page may have several. */
  label: string
  state: TableState<never>
  nextCursor: string | null | undefined
  rows: number
  note?: JSX.Element
}) {
  const { t, tn } = useI18n()
  return (
    <div class="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-2 text-sm text-muted">
      <span aria-live="polite">{tn('ui.table.rows', props.rows)}</span>
      {props.note}
      <label class="ml-auto flex items-center gap-2">
        <span class="max-sm:sr-only">{t('ui.table.perPage')}</span>
        <select
          class="h-8 rounded-lg border border-edge bg-surface px-2 text-ink"
          value={props.state.size()}
          onChange={(event) => props.state.setSize(Number(event.currentTarget.value))}
        >
          <For each={PAGE_SIZES}>{(size) => <option value={size}>{size}</option>}</For>
        </select>
      </label>
      <nav
        class="flex items-center gap-1"
        aria-label={`${props.label}: ${t('ui.table.page', { page: props.state.page() })}`}
      >
        <IconButton
          size="small"
          label={t('ui.table.first')}
          icon={<ChevronsLeft class="size-4" aria-hidden="true" />}
          disabled={props.state.page() <= 1}
          onClick={() => props.state.first()}
        />
        <IconButton
          size="small"
          label={t('ui.table.previous')}
          icon={<ChevronLeft class="size-4" aria-hidden="true" />}
          disabled={props.state.page() <= 1}
          onClick={() => props.state.previous()}
        />
        <span class="digits px-1 whitespace-nowrap">{t('ui.table.page', { page: props.state.page() })}</span>
        <IconButton
          size="small"
          label={t('ui.table.next')}
          icon={<ChevronRight class="size-4" aria-hidden="true" />}
          disabled={props.nextCursor == null}
          onClick={() => props.nextCursor != null && props.state.next(props.nextCursor)}
        />
      </nav>
    </div>
  )
}
