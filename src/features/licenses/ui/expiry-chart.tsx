import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createMemo, createSignal, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Chart } from '../../../ui/chart'
import { ErrorNote } from '../../../ui/error-note'
import { Skeleton } from '../../../ui/skeleton'
import { middleOf } from './expiry'

/** How many licences end in each of the next months, folded away until somebody wants to see it. */
export function ExpiryChart(props: { onFilter: (expires: string) => void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const [isOpen, setOpen] = createSignal(false)
  const calendar = useQuery(() => ({ ...api.licenses.calendar.query({}), enabled: isOpen() }))
  const months = createMemo(() => calendar.data?.months ?? [])
  return (
    <details
      class="group mb-4 rounded-xl border border-line bg-surface"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary class="flex list-none items-center gap-2 rounded-xl px-5 py-3 text-sm font-medium">
        <ChevronDown
          class="size-4 text-muted transition-transform group-open:rotate-180"
          aria-hidden="true"
        />
        {t('license.calendar.title')}
      </summary>
      <Show when={isOpen()}>
        <div class="px-5 pb-5">
          <Show when={calendar.error}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void calendar.refetch()} />}
          </Show>
          <Show when={calendar.data} fallback={<Skeleton lines={4} />}>
            {(data) => (
              <>
                <Chart
                  kind="bar"
                  height="small"
                  title={t('license.calendar.hint')}
                  labels={months().map(({ month }) => format.month(middleOf(month)))}
                  labelsTitle={t('license.calendar.month')}
                  series={[
                    { name: t('license.calendar.series'), values: months().map(({ expiring }) => expiring) },
                  ]}
                  onChoose={(index) => props.onFilter(months()[index]?.month ?? '')}
                />
                <div class="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-muted">
                  <Show when={data().expired > 0}>
                    <Button size="small" look="danger" onClick={() => props.onFilter('expired')}>
                      {tn('license.calendar.expired', data().expired)}
                    </Button>
                  </Show>
                  <span>{tn('license.calendar.later', data().later)}</span>
                  <span>{tn('license.calendar.endless', data().withoutEnd)}</span>
                </div>
              </>
            )}
          </Show>
        </div>
      </Show>
    </details>
  )
}
