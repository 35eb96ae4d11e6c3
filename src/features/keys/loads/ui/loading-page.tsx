import { keepPreviousData } from '@tanstack/solid-query'
import { createMemo, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { ErrorNote } from '../../../../ui/error-note'
import { SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import { Skeleton } from '../../../../ui/skeleton'
import { createTableState, Table, Toolbar } from '../../../../ui/table'
import { knownPlatform } from '../../../terminals/lists'
import { usePlatforms } from '../../../terminals/ui/words'
import { KEY_LOAD_STATES } from '../../lists'
import { KEY_NEEDS } from '../schemas'
import { DepositHow } from './deposit-how'
import { FleetCounts } from './fleet-counts'
import { loadColumns } from './load-columns'

const REFRESH_MS = 15_000
const SUGGESTED = 20

async function findBatches(search: string): Promise<ComboOption[]> {
  const { items } = await api.keyLoads.batches.fetch({ search: search.trim().slice(0, 64), limit: SUGGESTED })
  return items.map(({ batch }) => ({ value: batch, label: batch }))
}

/** All registered terminals by the state of their keys. */
export function LoadingPage() {
  const i18n = useI18n()
  const { t } = i18n
  const platforms = usePlatforms()
  const session = useSession()
  const state = createTableState({
    filters: ['q', 'platform', 'state', 'need', 'batch'] as const,
    sort: { by: 'serial', direction: 'asc' },
  })
  const columns = createMemo(() => loadColumns(i18n))
  const chosenState = () => KEY_LOAD_STATES.find((one) => one === state.filter('state'))
  const need = () => KEY_NEEDS.find((one) => one === state.filter('need'))
  const batch = () => state.filter('batch')?.slice(0, 64)
  const list = createList({
    state,
    permission: 'keys:read',
    key: 'terminalId',
    everyMs: () => REFRESH_MS,
    query: (page) =>
      api.keyLoads.list.query({
        ...page,
        search: state.filter('q')?.slice(0, 128),
        platform: knownPlatform(state.filter('platform')),
        state: chosenState(),
        need: need(),
        batch: batch(),
      }),
  })
  const counts = useQuery(() => ({
    ...api.keyLoads.counts.query({}),
    enabled: session.may('keys:read'),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  }))
  const isUntouched = () => {
    const { data } = counts
    return data !== undefined && data.terminals > 0 && data.states.every((one) => one.state === 'none')
  }
  return (
    <Page title={t('keys.loading.title')} permission="keys:read" text={t('keys.loading.text')}>
      <Switch fallback={<Skeleton lines={3} class="mb-5" />}>
        <Match when={counts.isError && counts.data === undefined && counts.error}>
          {(error) => (
            <div class="mb-5">
              <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void counts.refetch()} />
            </div>
          )}
        </Match>
        <Match when={counts.data}>
          {(data) => (
            <FleetCounts
              counts={data()}
              state={chosenState()}
              need={need()}
              onState={(value) => state.setFilters({ state: value, need: undefined })}
              onNeed={(value) => state.setFilters({ need: value, state: undefined })}
            />
          )}
        </Match>
      </Switch>
      <Show when={isUntouched()}>
        <div class="mb-5 rounded-xl border border-line bg-surface">
          <DepositHow title={t('keys.how.title')} />
        </div>
      </Show>
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('keys.loading.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
        filters={
          <>
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('keys.fact.platform')}
              value={state.filter('platform') ?? ''}
              options={platforms.options()}
              placeholder={t('keys.loading.anyPlatform')}
              onInput={(value) => state.setFilter('platform', value)}
            />
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('keys.fact.state')}
              value={chosenState() ?? ''}
              options={KEY_LOAD_STATES.map((one) => ({ value: one, label: t(`keys.state.${one}`) }))}
              placeholder={t('keys.loading.anyState')}
              onInput={(value) => state.setFilter('state', value)}
            />
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('keys.fact.attention')}
              value={need() ?? ''}
              options={KEY_NEEDS.map((one) => ({ value: one, label: t(`keys.need.${one}`) }))}
              placeholder={t('keys.loading.anyNeed')}
              onInput={(value) => state.setFilter('need', value)}
            />
            <ComboField
              class="w-64 max-w-full max-sm:w-full"
              label={t('keys.fact.batch')}
              value={batch() === undefined ? null : { value: batch() ?? '', label: batch() ?? '' }}
              load={findBatches}
              placeholder={t('keys.loading.anyBatch')}
              onInput={(option) => state.setFilter('batch', option?.value)}
            />
          </>
        }
      />
      <Table
        {...list}
        label={t('keys.loading.label')}
        columns={columns()}
        rowName={(row) => row.serial}
        empty={
          <EmptyState title={t('keys.loading.emptyTitle')} text={t('keys.loading.emptyText')}>
            <ButtonLink href="/monitoring/status">{t('keys.loading.toTerminals')}</ButtonLink>
          </EmptyState>
        }
      />
    </Page>
  )
}
