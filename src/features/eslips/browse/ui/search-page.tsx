import Hourglass from 'lucide-solid/icons/hourglass'
import ReceiptText from 'lucide-solid/icons/receipt-text'
import { createMemo, Show } from 'solid-js'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { ColumnChooser, createTableState, Table } from '../../../../ui/table'
import { HIDDEN_AT_FIRST, slipColumns } from './columns'
import { ExportMenu } from './export-menu'
import { filterOf, SLIP_FILTERS, type SlipFilterName } from './filter-state'
import { SearchForm } from './search-form'
import { searchOn } from './search-on'
import { Totals } from './totals'
import { useSlipWords } from './words'

/** Eslip › Search: slips of all terminals in sight, found by what is on them. */
export function SearchPage() {
  const i18n = useI18n()
  const { t, format } = i18n
  const { amount } = useSlipWords()
  const state = createTableState<SlipFilterName>({
    filters: SLIP_FILTERS,
    sort: { by: 'time', direction: 'desc' },
    hidden: HIDDEN_AT_FIRST,
  })
  const filter = createMemo(() => filterOf(state, new Date()))
  const list = createList({
    state,
    permission: 'eslips:read',
    key: 'id',
    query: (page) => searchOn(filter(), page),
  })
  const columns = () => slipColumns(i18n)
  /** Down to where was looked, while older slips have not been. */
  const searchedTo = () => list.answer?.searchedTo ?? undefined
  const goOn = () => list.nextCursor != null && state.next(list.nextCursor)
  const isUnfinished = () => list.rows?.length === 0 && searchedTo() !== undefined
  return (
    <Page title={t('slips.search.title')} permission="eslips:read" text={t('slips.search.text')}>
      <SearchForm state={state} />
      <Totals filter={filter()} />
      <div class="mb-3 flex flex-wrap justify-end gap-2">
        <ColumnChooser state={state} columns={columns()} />
        <ExportMenu filter={filter()} isEmpty={list.rows?.length === 0 && !isUnfinished()} />
      </div>
      <Show
        when={!isUnfinished()}
        fallback={
          <EmptyState
            icon={<Hourglass class="size-6" aria-hidden="true" />}
            title={t('slips.search.nothingYet')}
            text={t('slips.search.searchedTo', { time: format.dateTime(searchedTo() ?? 0) })}
          >
            <Button look="primary" onClick={goOn}>
              {t('slips.search.goOn')}
            </Button>
          </EmptyState>
        }
      >
        <Table
          {...list}
          label={t('slips.search.label')}
          columns={columns()}
          rowName={(row) => `${format.dateTime(row.filedAt)}, ${amount(row.amount, row.currency)}`}
          note={
            <Show when={searchedTo()}>
              {(time) => (
                <span>
                  {t('slips.search.searchedTo', { time: format.dateTime(time()) })}{' '}
                  <Button size="small" look="quiet" onClick={goOn}>
                    {t('slips.search.goOn')}
                  </Button>
                </span>
              )}
            </Show>
          }
          empty={
            <EmptyState
              icon={<ReceiptText class="size-6" aria-hidden="true" />}
              title={t('slips.search.emptyTitle')}
              text={t('slips.search.emptyText')}
            >
              <Button look="primary" onClick={() => state.setFilter('period', 'any')}>
                {t('slips.search.anyTime')}
              </Button>
              <ButtonLink href="/monitoring/status">{t('slips.search.toStatus')}</ButtonLink>
            </EmptyState>
          }
        />
      </Show>
    </Page>
  )
}
