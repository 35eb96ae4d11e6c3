import { Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { Chart } from '../../../ui/chart'
import { ErrorNote } from '../../../ui/error-note'

/** The attempts of the last 24 hours, hour by hour. */
export function Traffic(props: { webhookId: string; everyMs: number }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const traffic = useQuery(() => ({
    ...api.webhooks.traffic.query({ webhookId: props.webhookId }),
    refetchInterval: props.everyMs,
  }))
  const hours = () => traffic.data?.hours ?? []
  return (
    <Show
      when={!traffic.isError}
      fallback={<ErrorNote {...failureOf(traffic.error, i18n)} onRetry={() => void traffic.refetch()} />}
    >
      <Chart
        kind="bar"
        height="small"
        title={t('webhooks.traffic.title')}
        labelsTitle={t('webhooks.traffic.hour')}
        labels={hours().map((one) => format.time(one.from))}
        series={[
          {
            name: t('webhooks.traffic.delivered'),
            tone: 'good',
            values: hours().map((one) => one.delivered),
          },
          { name: t('webhooks.traffic.failed'), tone: 'danger', values: hours().map((one) => one.failed) },
        ]}
      />
    </Show>
  )
}
