import { keepPreviousData, useQueryClient } from '@tanstack/solid-query'
import ChartPie from 'lucide-solid/icons/chart-pie'
import Download from 'lucide-solid/icons/download'
import RefreshCw from 'lucide-solid/icons/refresh-cw'
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button, ButtonLink } from '../../../../ui/button'
import { ComboField } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { ErrorNote } from '../../../../ui/error-note'
import { useNow } from '../../../../ui/now'
import { Skeleton } from '../../../../ui/skeleton'
import { createTableState, type TableState } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import { findGroups, findMerchants, useGroupOf, useMerchantOf } from '../../../terminals/ui/places'
import type { Analysis, AnalysisChart } from '../schemas'
import { ChartCard } from './chart-card'
import { exportHref, type PlaceName, placesOf } from './places'

const EVERY_MS = 60_000
const AWAITED_EVERY_MS = 2_000

/** Monitoring › Analysis: what the fleet consists of, each number with the list of its terminals. */
export function AnalysisPage() {
  const i18n = useI18n()
  const { t } = i18n
  const state = createTableState<PlaceName>({
    filters: ['group', 'merchant'],
    sort: { by: '', direction: 'asc' },
  })
  const places = () => placesOf(state)
  const analysis = useQuery(() => ({
    ...api.analysis.get.query(places()),
    placeholderData: keepPreviousData,
    refetchInterval: (query: { state: { data?: Analysis | undefined } }) =>
      query.state.data?.isAwaited ? AWAITED_EVERY_MS : EVERY_MS,
  }))
  const known = () => (analysis.isPlaceholderData ? undefined : analysis.data)
  return (
    <Page
      title={t('app.nav.analysis')}
      permission="analysis:read"
      text={t('analysis.text')}
      badges={<Show when={known()}>{(found) => <Age analysis={found()} />}</Show>}
      actions={
        <>
          <Show when={known()}>
            {(found) => <Refresh analysis={found()} state={state} onLook={() => void analysis.refetch()} />}
          </Show>
          <ButtonLink
            isDownload
            href={exportHref(places(), i18n.locale())}
            icon={<Download class="size-4" aria-hidden="true" />}
          >
            {t('analysis.export')}
          </ButtonLink>
        </>
      }
    >
      <Places state={state} />
      <Switch>
        <Match when={analysis.isError}>
          <ErrorNote {...failureOf(analysis.error, i18n)} onRetry={() => void analysis.refetch()} />
        </Match>
        <Match when={analysis.data === undefined}>
          <Skeleton lines={8} />
        </Match>
        <Match when={analysis.data}>{(found) => <Found analysis={found()} state={state} />}</Match>
      </Switch>
    </Page>
  )
}

function Places(props: { state: TableState<PlaceName> }) {
  const { t } = useI18n()
  const group = useGroupOf(() => props.state.filter('group'))
  const merchant = useMerchantOf(() => props.state.filter('merchant'))
  return (
    <div class="mb-6 grid gap-3 sm:grid-cols-2 lg:max-w-2xl">
      <ComboField
        label={t('fleet.fact.group')}
        placeholder={t('ui.any')}
        load={findGroups}
        value={group()}
        onInput={(option) => props.state.setFilter('group', option?.value)}
      />
      <ComboField
        label={t('fleet.filter.merchant')}
        placeholder={t('ui.any')}
        load={findMerchants}
        value={merchant()}
        onInput={(option) => props.state.setFilter('merchant', option?.value)}
      />
    </div>
  )
}

/** How old the numbers are, and whether newer ones are on their way. */
function Age(props: { analysis: Analysis }) {
  const { t, format } = useI18n()
  const now = useNow()
  return (
    <Switch>
      <Match when={props.analysis.isAwaited}>
        <Badge tone="info">{t('analysis.awaited')}</Badge>
      </Match>
      <Match when={props.analysis.isLive}>
        <Badge tone="good">{t('analysis.countedNow')}</Badge>
      </Match>
      <Match when={props.analysis.countedAt}>
        {(at) => (
          <span title={format.dateTime(at())}>
            <Badge tone="neutral">{t('analysis.counted', { ago: format.ago(at(), now()) })}</Badge>
          </span>
        )}
      </Match>
    </Switch>
  )
}

/** Few terminals are counted by looking again; many by a job, for those who may ask for it. */
function Refresh(props: { analysis: Analysis; state: TableState<PlaceName>; onLook: () => void }) {
  const i18n = useI18n()
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [isBusy, setBusy] = createSignal(false)
  const refresh = async () => {
    if (props.analysis.isLive) return props.onLook()
    setBusy(true)
    try {
      await api.analysis.refresh.run(placesOf(props.state))
      await queries.invalidateQueries({ queryKey: api.analysis.key() })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Show when={props.analysis.isLive || session.may('analysis:refresh')}>
      <Button
        isBusy={isBusy() || props.analysis.isAwaited}
        icon={<RefreshCw class="size-4" aria-hidden="true" />}
        onClick={() => void refresh()}
      >
        {i18n.t('analysis.refresh')}
      </Button>
    </Show>
  )
}

function Found(props: { analysis: Analysis; state: TableState<PlaceName> }) {
  const { t, tn, format } = useI18n()
  const cards = createMemo(() => {
    const found = new Map<string, AnalysisChart[]>()
    for (const chart of props.analysis.charts)
      found.set(chart.dimension, [...(found.get(chart.dimension) ?? []), chart])
    return found
  })
  const outOfService = () => props.analysis.terminals - props.analysis.inService
  return (
    <Switch>
      <Match when={props.analysis.countedAt === null}>
        <EmptyState
          icon={<ChartPie class="size-6" aria-hidden="true" />}
          title={t('analysis.first')}
          text={t('analysis.firstText')}
        />
      </Match>
      <Match when={props.analysis.terminals === 0}>
        <EmptyState
          icon={<ChartPie class="size-6" aria-hidden="true" />}
          title={t('analysis.empty')}
          text={t('analysis.emptyText')}
        >
          <Show when={props.state.activeFilters() > 0}>
            <Button onClick={() => props.state.clearFilters()}>{t('analysis.everything')}</Button>
          </Show>
        </EmptyState>
      </Match>
      <Match when={true}>
        <p class="mb-4 flex flex-wrap items-baseline gap-x-3">
          <span>
            <span class="digits text-2xl font-semibold">{format.number(props.analysis.inService)}</span>{' '}
            <span class="text-sm text-muted">{tn('analysis.inService', props.analysis.inService)}</span>
          </span>
          <Show when={outOfService() > 0}>
            <span class="digits text-sm text-muted">
              {t('analysis.outOfService', { count: format.number(outOfService()) })}
            </span>
          </Show>
        </p>
        <div class="grid grid-cols-1 gap-4 lg:grid-cols-2 2xl:grid-cols-3">
          <For each={[...cards().keys()]}>
            {(dimension) => <ChartCard dimension={dimension} charts={cards().get(dimension) ?? []} />}
          </For>
        </div>
      </Match>
    </Switch>
  )
}
