import { keepPreviousData } from '@tanstack/solid-query'
import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createMemo, createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Chart } from '../../../../ui/chart'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import type { SlipFilter, SlipTotals } from '../../search/schemas'
import { isWithinDays, TOTALS_DAYS } from './period'
import { Sums } from './sums'
import { type CurrencyTotals, countsByType, hasSums, totalsOf } from './totals-data'
import { useSlipWords } from './words'

/** What the slips of the filter come to, by currency; for periods that can be summed up. */
export function Totals(props: { filter: SlipFilter }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const isPossible = () => isWithinDays(props.filter, TOTALS_DAYS)
  const query = useQuery(() => {
    const { from = '', to = '', ...filter } = props.filter
    return {
      ...api.eslips.totals.query({ ...filter, from, to }),
      enabled: isPossible(),
      placeholderData: keepPreviousData,
    }
  })
  const groups = () => query.data?.groups ?? []
  const totals = createMemo(() => totalsOf(groups()))
  return (
    <section
      aria-label={t('slips.totals.title')}
      class="mb-4 rounded-xl border border-line bg-surface px-4 py-3 sm:px-5"
    >
      <Switch>
        <Match when={!isPossible()}>
          <p class="text-sm text-muted">{t('slips.totals.needsPeriod', { days: TOTALS_DAYS })}</p>
        </Match>
        <Match when={query.isError}>
          <ErrorNote {...failureOf(query.error, i18n)} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={query.isPending}>
          <Skeleton lines={2} />
        </Match>
        <Match when={totals().length === 0}>
          <p class="text-sm text-muted">{t('slips.totals.none')}</p>
        </Match>
        <Match when={true}>
          <Show when={query.data?.isWhole === false}>
            <p class="mb-2 text-sm text-warn">{t('slips.totals.notWhole')}</p>
          </Show>
          <Sums totals={totals().filter(hasSums)} />
          <Show when={totals().some((one) => one.others > 0)}>
            <p class="text-xs text-muted not-first:mt-2">
              {t('slips.totals.others')}: {tn('slips.totals.count', sum(totals()))}.{' '}
              {t('slips.totals.othersText')}
            </p>
          </Show>
          <ByType groups={groups()} />
        </Match>
      </Switch>
    </section>
  )
}

const sum = (totals: readonly CurrencyTotals[]) => totals.reduce((count, one) => count + one.others, 0)
/** How many slips of each type were approved and declined, folded away until somebody wants to see it. */
function ByType(props: { groups: SlipTotals['groups'] }) {
  const { t } = useI18n()
  const { words } = useSlipWords()
  const [isOpen, setOpen] = createSignal(false)
  const counts = createMemo(() => countsByType(props.groups))
  return (
    <details class="group mt-2" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="-mx-2 inline-flex list-none items-center gap-1.5 rounded-lg px-2 py-1 text-sm font-medium text-muted hover:bg-raised hover:text-ink">
        {t('slips.totals.chart')}
        <ChevronDown class="size-4 transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <Show when={isOpen()}>
        <Chart
          class="mt-3"
          kind="bar"
          height="small"
          title={t('slips.totals.chart')}
          labelsTitle={t('slips.totals.chartLabel')}
          labels={counts().map(({ type }) => words().type[type])}
          series={[
            { name: t('slips.totals.approved'), values: counts().map((one) => one.granted), tone: 'good' },
            { name: t('slips.totals.declined'), values: counts().map((one) => one.declined), tone: 'danger' },
            { name: words().type.other, values: counts().map((one) => one.others), tone: 'muted' },
          ]}
        />
      </Show>
    </details>
  )
}
