import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createSignal, createUniqueId, For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Chart, type Tone } from '../../../../ui/chart'
import { classes } from '../../../../ui/classes'
import { ErrorNote } from '../../../../ui/error-note'
import { isWide } from '../../../../ui/is-wide'
import { LiveValue } from '../../../../ui/live-value'
import { Segmented } from '../../../../ui/segmented'
import { Skeleton } from '../../../../ui/skeleton'
import type { TableState } from '../../../../ui/table'
import { usePlatforms, useWord } from '../../../terminals/ui/words'
import { CONNECTIVITY, type Connectivity } from '../lists'
import type { StatusFilterName } from './filter-state'
import { evenly, topVersions } from './overview-data'
import { createRemembered } from './remembered'

const EVERY_MS = 30_000
/** About as high as the charts. */
const CHART_LINES = 10
const DOTS: Record<Connectivity, string> = {
  online: 'bg-good',
  late: 'bg-warn',
  lost: 'bg-danger',
  never: 'bg-edge',
}
const TONES = { online: 'good', late: 'warn', lost: 'danger' } as const satisfies Record<string, Tone>

/** The fleet in numbers, each of which filters the list below; its charts can be folded away. The page does not wait for it. */
export function FleetOverview(props: { state: TableState<StatusFilterName> }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const id = createUniqueId()
  const overview = useQuery(() => ({ ...api.status.overview.query({}), refetchInterval: EVERY_MS }))
  // On a telephone the rows come first, and nobody pays for a chart they did not ask for.
  const [isOpen, setOpen] = createRemembered('psm.status.overview', isWide())
  const [share, setShare] = createSignal<Share>('versions')
  /** An empty fleet leaves the room to what says how to fill it. */
  const hasCharts = () => (overview.data?.terminals ?? 0) > 0
  return (
    <section
      aria-label={t('fleet.overview.title')}
      class="mb-6 rounded-xl border border-line bg-surface px-4 py-3 sm:px-5"
    >
      <Switch>
        <Match when={overview.isLoadingError}>
          <ErrorNote {...failureOf(overview.error, i18n)} onRetry={() => void overview.refetch()} />
        </Match>
        {/* Asked before the data is: what is read before it is there would be waited for. */}
        <Match when={overview.isPending}>
          <Skeleton lines={isOpen() ? CHART_LINES : 2} />
        </Match>
        <Match when={overview.data}>
          {(fleet) => (
            <>
              <div class="flex flex-wrap items-center gap-2">
                <p class="mr-3 leading-tight">
                  <span class="digits block text-2xl font-semibold">
                    <LiveValue value={fleet().terminals}>{format.number(fleet().terminals)}</LiveValue>
                  </span>
                  <span class="text-xs text-muted">
                    {tn('fleet.overview.terminalCount', fleet().terminals)}
                  </span>
                </p>
                <For each={CONNECTIVITY}>
                  {(one) => (
                    <Counter connectivity={one} count={fleet().connectivity[one]} state={props.state} />
                  )}
                </For>
                <Show when={hasCharts() && isOpen()}>
                  <div class="ml-auto">
                    <Segmented
                      label={t('fleet.overview.share')}
                      value={share()}
                      segments={[
                        { value: 'versions', label: t('fleet.overview.versions') },
                        { value: 'platforms', label: t('fleet.overview.platforms') },
                      ]}
                      onChange={setShare}
                    />
                  </div>
                </Show>
                <Show when={hasCharts()}>
                  <button
                    type="button"
                    aria-expanded={isOpen()}
                    aria-controls={id}
                    class={classes(
                      !isOpen() && 'ml-auto',
                      'inline-flex h-9 items-center gap-1.5 rounded-lg px-2.5 text-sm font-medium text-muted hover:bg-raised hover:text-ink',
                    )}
                    onClick={() => setOpen(!isOpen())}
                  >
                    {t('fleet.overview.charts')}
                    <ChevronDown
                      class={classes('size-4 transition-transform', isOpen() && 'rotate-180')}
                      aria-hidden="true"
                    />
                  </button>
                </Show>
              </div>
              <div id={id}>
                <Show when={hasCharts() && isOpen()}>
                  <Charts fleet={fleet()} share={share()} />
                </Show>
              </div>
            </>
          )}
        </Match>
      </Switch>
    </section>
  )
}

function Counter(props: { connectivity: Connectivity; count: number; state: TableState<StatusFilterName> }) {
  const { format } = useI18n()
  const word = useWord()
  const isChosen = () => props.state.filter('connectivity') === props.connectivity
  return (
    <button
      type="button"
      aria-pressed={isChosen()}
      onClick={() => props.state.setFilter('connectivity', isChosen() ? undefined : props.connectivity)}
      class={classes(
        'min-w-24 rounded-lg border px-3 py-1.5 text-left transition-colors max-sm:flex-1',
        isChosen() ? 'border-accent bg-accent-soft' : 'border-line hover:bg-raised',
      )}
    >
      <span class="digits block text-lg leading-6 font-semibold">
        <LiveValue value={props.count}>{format.number(props.count)}</LiveValue>
      </span>
      <span class="flex items-center gap-1.5 text-xs text-muted">
        <span aria-hidden="true" class={classes('size-2 shrink-0 rounded-full', DOTS[props.connectivity])} />
        {word('connectivity', props.connectivity)}
      </span>
    </button>
  )
}

/** No slice looks like an alarm before there are many. */
const SLICES = ['accent', 'info', 'warn', 'good', 'danger'] as const

type Share = 'versions' | 'platforms'
type Fleet = Awaited<ReturnType<typeof api.status.overview.fetch>>

function Charts(props: { fleet: Fleet; share: Share }) {
  const { t, format } = useI18n()
  const word = useWord()
  const platforms = usePlatforms()
  const samples = () => evenly(props.fleet.samples)
  const slices = () =>
    props.share === 'platforms'
      ? Object.entries(props.fleet.platforms)
          .map(([id, count]) => ({ label: platforms.nameOf(id), count, isRest: id === 'other' }))
          .sort((a, b) => b.count - a.count)
      : topVersions(props.fleet.appVersions, props.fleet.terminals, t('fleet.overview.others'))
  return (
    <div class="mt-4 grid grid-cols-1 gap-6 border-t border-line pt-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      {/* What limited operators saw before is not kept: their chart would stay empty. */}
      <Show when={props.fleet.samples.length > 0}>
        <Chart
          kind="area-stacked"
          height="small"
          title={t('fleet.overview.lastDay')}
          labelsTitle={t('fleet.overview.time')}
          labels={samples().map((one) => format.time(one.at))}
          series={(['online', 'late', 'lost'] as const).map((one) => ({
            name: word('connectivity', one),
            tone: TONES[one],
            values: samples().map(({ sample }) => sample?.[one] ?? null),
          }))}
        />
      </Show>
      <Chart
        kind="doughnut"
        height="small"
        title={t(props.share === 'platforms' ? 'fleet.overview.byPlatform' : 'fleet.overview.byVersion')}
        labels={slices().map((one) => one.label)}
        series={[
          {
            name: t('fleet.overview.terminals'),
            values: slices().map((one) => one.count),
            tones: slices().map((one, at) => (one.isRest ? 'muted' : (SLICES[at] ?? 'accent'))),
          },
        ]}
      />
    </div>
  )
}
