import Hourglass from 'lucide-solid/icons/hourglass'
import Radio from 'lucide-solid/icons/radio'
import ScrollText from 'lucide-solid/icons/scroll-text'
import { createMemo, createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { SearchField } from '../../../../ui/search-field'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { LiveBadge } from '../../status/ui/live-badge'
import { posColumns } from './columns'
import { EntryDialog } from './entry-dialog'
import { exportHref, filterOf, LIVE, POS_FILTERS, type PosFilterName } from './filter-state'
import { PosFilters } from './filters'
import { createLiveEntries } from './live-entries'
import { rowsOf } from './rows'

/** Monitoring › POS log: what all terminals in sight asked and were answered, searched or as it comes. */
export function PosLogPage() {
  const i18n = useI18n()
  const { t, format } = i18n
  const state = createTableState<PosFilterName>({
    filters: POS_FILTERS,
    beside: [LIVE],
    sort: { by: 'time', direction: 'desc' },
  })
  const [shown, setShown] = createSignal<string>()
  const isLive = () => state.filter(LIVE) === '1'
  const filter = createMemo(() => filterOf(state, new Date()))
  const list = createList({
    state,
    permission: 'pos-log:read',
    key: 'entryId',
    query: (page) => api.posLog.list.query({ ...filter(), ...page }),
  })
  const live = createLiveEntries(() => {
    if (!isLive()) return undefined
    const { from: _from, to: _to, ...others } = filter()
    return others
  })
  /** What came while it was live is not in the list from before. */
  const toggleLive = () => {
    if (isLive()) list.onRetry?.()
    state.setFilters({ [LIVE]: isLive() ? undefined : '1' })
  }
  const columns = () => posColumns(i18n, (entry) => setShown(entry.entryId))
  const rows = () => {
    const entries = isLive() ? live.entries() : list.rows
    return entries === undefined
      ? undefined
      : rowsOf(entries, isLive() ? live.gaps() : (list.answer?.gaps ?? []))
  }
  /** Down to where was looked, while older entries have not been. */
  const searchedTo = () => (isLive() ? undefined : (list.answer?.searchedTo ?? undefined))
  const goOn = () => list.nextCursor != null && state.next(list.nextCursor)
  const isUnfinished = () => rows()?.length === 0 && searchedTo() !== undefined
  return (
    <Page
      title={t('app.nav.posLog')}
      permission="pos-log:read"
      text={t(isLive() ? 'posLog.filter.liveText' : 'posLog.text')}
      badges={<LiveBadge state={live.state()} />}
      actions={
        <Button
          look={isLive() ? 'secondary' : 'primary'}
          aria-pressed={isLive()}
          icon={<Radio class="size-4" aria-hidden="true" />}
          onClick={toggleLive}
        >
          {t(isLive() ? 'posLog.filter.stopLive' : 'posLog.filter.live')}
        </Button>
      }
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('posLog.filter.serial')}
            value={state.filter('serial') ?? ''}
            onSearch={(text) => state.setFilter('serial', text)}
          />
        }
        filters={<PosFilters state={state} isLive={isLive()} />}
        exportHref={exportHref(filter(), i18n.locale())}
      />
      <Show
        when={!isUnfinished()}
        fallback={
          <EmptyState
            icon={<Hourglass class="size-6" aria-hidden="true" />}
            title={t('posLog.nothingYet')}
            text={t('posLog.searchedTo', { time: format.dateTime(searchedTo() ?? 0) })}
          >
            <Button look="primary" onClick={goOn}>
              {t('posLog.goOn')}
            </Button>
          </EmptyState>
        }
      >
        <Table
          {...list}
          rows={rows()}
          rowId={(row) => row.id}
          nextCursor={isLive() ? null : list.nextCursor}
          error={isLive() ? undefined : list.error}
          isFetching={!isLive() && list.isFetching}
          label={t('posLog.label')}
          columns={columns()}
          rowName={(row) => `${format.dateTime(row.at)}, ${row.entry?.serial ?? ''}`}
          note={
            <Show when={searchedTo()}>
              {(time) => (
                <span>
                  {t('posLog.searchedTo', { time: format.dateTime(time()) })}{' '}
                  <Button size="small" look="quiet" onClick={goOn}>
                    {t('posLog.goOn')}
                  </Button>
                </span>
              )}
            </Show>
          }
          empty={
            <EmptyState
              icon={<ScrollText class="size-6" aria-hidden="true" />}
              title={t('posLog.empty.title')}
              text={t('posLog.empty.text')}
            >
              <ButtonLink href="/monitoring/status">{t('posLog.empty.toStatus')}</ButtonLink>
            </EmptyState>
          }
        />
      </Show>
      <Show when={shown()}>
        {(entryId) => <EntryDialog entryId={entryId()} onClose={() => setShown(undefined)} />}
      </Show>
    </Page>
  )
}
