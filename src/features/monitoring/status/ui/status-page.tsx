import { keepPreviousData } from '@tanstack/solid-query'
import FileUp from 'lucide-solid/icons/file-up'
import KeyRound from 'lucide-solid/icons/key-round'
import Plus from 'lucide-solid/icons/plus'
import { createEffect, createSignal, lazy, Show, Suspense, untrack } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useIsArriving } from '../../../../app/is-arriving'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { isWide } from '../../../../ui/is-wide'
import { Later } from '../../../../ui/later'
import { OnItsWay } from '../../../../ui/on-its-way'
import { SearchField } from '../../../../ui/search-field'
import {
  createSelection,
  createTableState,
  SelectionBar,
  Table,
  type TableState,
  Toolbar,
} from '../../../../ui/table'
import type { BulkWork } from './bulk-dialog'
import { HIDDEN_AT_FIRST, useStatusColumns } from './columns'
import { NoTerminals } from './empty'
import {
  assignHref,
  connectHref,
  exportHref,
  filterOf,
  STATUS_FILTERS,
  type StatusFilterName,
} from './filter-state'
import { createLiveStream } from './live'
import { LiveBadge } from './live-badge'
import { createLiveRows } from './live-rows'
import { FleetOverview } from './overview'

const named = <Name extends string, Part>(name: Name, load: () => Promise<Record<Name, Part>>) =>
  load().then((module) => ({ default: module[name] }))
const RegisterDialog = lazy(() =>
  named('RegisterDialog', () => import('../../../terminals/ui/register-dialog')),
)
const ImportDialog = lazy(() => named('ImportDialog', () => import('../../../terminals/ui/import-dialog')))
const CodesDialog = lazy(() => named('CodesDialog', () => import('../../../terminals/ui/codes-dialog')))
const BulkDialog = lazy(() => named('BulkDialog', () => import('./bulk-dialog')))
const BulkMenu = lazy(() => import('./bulk-menu').then((module) => ({ default: module.BulkMenu })))
const StatusFilters = lazy(() => named('StatusFilters', () => import('./filters')))

const SORTS = ['serial', 'lastSeen'] as const

/** Monitoring › Status: how the terminals are, changing under the eyes of whoever looks. */
export function StatusPage() {
  const i18n = useI18n()
  const { t } = i18n
  // Beside the rows, not after them.
  if (isWide()) void StatusFilters.preload()
  const session = useSession()
  const state = createTableState<StatusFilterName>({
    filters: STATUS_FILTERS,
    sort: { by: 'serial', direction: 'asc' },
    hidden: HIDDEN_AT_FIRST,
  })
  const columns = useStatusColumns()
  const selection = createSelection()
  const [dialog, setDialog] = createSignal<'register' | 'import' | 'codes'>()
  const [work, setWork] = createSignal<BulkWork>()
  const filter = () => filterOf(state)
  const sort = () => {
    const { by, direction } = state.sort()
    return { sort: SORTS.find((one) => one === by) ?? 'serial', direction }
  }
  const list = useQuery(() => ({
    ...api.status.list.queryAlone({ ...filter(), ...sort(), cursor: state.cursor(), limit: state.size() }),
    placeholderData: keepPreviousData,
  }))
  const live = createLiveRows()
  createEffect(() => list.dataUpdatedAt > 0 && live.show(list.data?.items))
  const liveState = createLiveStream({
    ids: () => live.rows()?.map((row) => row.terminalId) ?? [],
    onRows: live.change,
    onEnded: () => void list.refetch(),
  })
  // The stream is back by itself; what was asked for meanwhile and did not come is asked for again.
  createEffect(() => {
    if (liveState() === 'live' && untrack(() => list.isError)) void list.refetch()
  })
  /** Rows of the question before this one are no answer to it: where the answer did not come, that is said instead. */
  const rows = () => (list.data === undefined ? undefined : live.rows())
  const error = () => (list.isError ? failureOf(list.error, i18n) : undefined)
  const close = () => setDialog(undefined)

  return (
    <Page
      title={t('app.nav.status')}
      permission="status:read"
      badges={<LiveBadge state={liveState()} />}
      actions={
        <>
          <Show when={session.may('terminals:enroll')}>
            <Button
              look="quiet"
              icon={<KeyRound class="size-4" aria-hidden="true" />}
              onClick={() => setDialog('codes')}
            >
              {t('fleet.codes.title')}
            </Button>
          </Show>
          <Show when={session.may('terminals:write')}>
            <Button icon={<FileUp class="size-4" aria-hidden="true" />} onClick={() => setDialog('import')}>
              {t('fleet.import.open')}
            </Button>
            <Button
              look="primary"
              icon={<Plus class="size-4" aria-hidden="true" />}
              onClick={() => setDialog('register')}
            >
              {t('fleet.register.open')}
            </Button>
          </Show>
        </>
      }
    >
      <FleetOverview state={state} />
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('fleet.filter.search')}
            value={state.filter('search') ?? ''}
            onSearch={(text) => state.setFilter('search', text)}
          />
        }
        filters={<Filters state={state} />}
        exportHref={exportHref(filter(), i18n.locale())}
      />
      <Show when={session.may('terminals:write') && state.activeFilters() > 0 && (rows()?.length ?? 0) > 0}>
        <div class="mb-3 flex flex-wrap items-center gap-3 text-sm text-muted">
          {t('fleet.bulk.allText')}
          <Later isWanted>
            <BulkMenu
              label={t('fleet.bulk.all')}
              placement="bottom-start"
              onChoose={(kind) => setWork({ kind, target: { filter: filter() } })}
            />
          </Later>
          <Show when={session.may('updates:write')}>
            <ButtonLink href={assignHref(state)}>{t('fleet.bulk.assign')}</ButtonLink>
          </Show>
          <Show when={session.may('apps:write')}>
            <ButtonLink href={connectHref(state)}>{t('fleet.bulk.connect')}</ButtonLink>
          </Show>
        </div>
      </Show>
      <Table
        label={t('app.nav.status')}
        columns={columns()}
        rows={rows()}
        rowId={(row) => row.terminalId}
        rowName={(row) => row.serial}
        state={state}
        nextCursor={list.data?.nextCursor}
        isFetching={list.isFetching && list.isPlaceholderData}
        error={error()}
        onRetry={() => void list.refetch()}
        selection={session.may('terminals:write') ? selection : undefined}
        empty={<NoTerminals onRegister={() => setDialog('register')} onImport={() => setDialog('import')} />}
      />
      {/* Whole or not at all: Enter leads to its first button. */}
      <Later isWanted={selection.ids().length > 0}>
        <SelectionBar selection={selection}>
          <BulkMenu
            label={t('fleet.bulk.selected')}
            placement="top-start"
            onChoose={(kind) => setWork({ kind, target: { terminalIds: [...selection.ids()] } })}
          />
        </SelectionBar>
      </Later>
      <Later isWanted={dialog() === 'register'}>
        <RegisterDialog isOpen={dialog() === 'register'} onClose={close} />
      </Later>
      <Later isWanted={dialog() === 'import'}>
        <ImportDialog isOpen={dialog() === 'import'} onClose={close} />
      </Later>
      <Later isWanted={dialog() === 'codes'}>
        <CodesDialog isOpen={dialog() === 'codes'} onClose={close} />
      </Later>
      <Later isWanted={work() !== undefined}>
        <BulkDialog
          work={work()}
          onClose={() => setWork(undefined)}
          onDone={() => {
            setWork(undefined)
            selection.clear()
          }}
        />
      </Later>
    </Page>
  )
}

/** A page on its way waits for its filters; one that stands must not leave the document for those that are unfolded later. */
function Filters(props: { state: TableState<StatusFilterName> }) {
  const isArriving = useIsArriving()
  return (
    <Show
      when={untrack(isArriving)}
      fallback={
        <Suspense fallback={<OnItsWay />}>
          <StatusFilters state={props.state} />
        </Suspense>
      }
    >
      <StatusFilters state={props.state} />
    </Show>
  )
}
