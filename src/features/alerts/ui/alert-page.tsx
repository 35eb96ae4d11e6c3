import { A, useParams } from '@solidjs/router'
import ArrowUpRight from 'lucide-solid/icons/arrow-up-right'
import Check from 'lucide-solid/icons/check'
import ListFilter from 'lucide-solid/icons/list-filter'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { makerWords } from '../../../app/maker'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button, ButtonLink } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { ErrorNote } from '../../../ui/error-note'
import { Facts } from '../../../ui/facts'
import { Skeleton } from '../../../ui/skeleton'
import { TimeAgo } from '../../../ui/time-ago'
import { Timeline } from '../../../ui/timeline'
import { statusHref } from '../../monitoring/status/ui/filter-state'
import type { AlertDetails } from '../schemas'
import { AcknowledgeDialog } from './acknowledge-dialog'
import { AlertTerminals } from './alert-terminals'
import { AlertStateBadge, SeverityBadge } from './badges'
import { ALERTS, alertWords, detailWords, EVENT_TONES, kindKey, subjectHref, subjectWords } from './words'

const REFRESH_MS = 10_000

/** One alert: what it is about, what to do, what happened to it. */
export function AlertPage() {
  const i18n = useI18n()
  const { t } = i18n
  const params = useParams<{ alertId: string }>()
  const session = useSession()
  const [isAcknowledging, setAcknowledging] = createSignal(false)
  const alert = useQuery(() => ({
    ...api.alerts.get.query({ alertId: params.alertId }),
    enabled: session.may('alerts:read'),
    refetchInterval: REFRESH_MS,
  }))
  const isOpen = () => alert.data !== undefined && alert.data.state !== 'cleared'
  return (
    <Page
      title={alert.data === undefined ? t('alerts.one') : alertWords(alert.data, i18n)}
      permission="alerts:read"
      parent={{ title: t('alerts.title'), href: ALERTS }}
      text={alert.data && detailWords(alert.data, i18n)}
      badges={
        <Show when={alert.data}>
          {(data) => (
            <>
              <SeverityBadge severity={data().severity} />
              <AlertStateBadge state={data().state} />
            </>
          )}
        </Show>
      }
      actions={
        <>
          <Show when={isOpen() && alert.data?.subject.kind === 'terminals' && session.may('status:read')}>
            <ButtonLink
              href={statusHref({ alertId: params.alertId })}
              icon={<ListFilter class="size-4" aria-hidden="true" />}
            >
              {t('alerts.action.status')}
            </ButtonLink>
          </Show>
          <Show when={alert.data && subjectHref(alert.data)}>
            {(href) => (
              <ButtonLink href={href()} icon={<ArrowUpRight class="size-4" aria-hidden="true" />}>
                {t('alerts.action.open')}
              </ButtonLink>
            )}
          </Show>
          <Show when={isOpen() && session.may('alerts:acknowledge')}>
            <Button
              look="primary"
              icon={<Check class="size-4" aria-hidden="true" />}
              onClick={() => setAcknowledging(true)}
            >
              {t('alerts.action.acknowledge')}
            </Button>
          </Show>
        </>
      }
    >
      <Switch fallback={<Skeleton lines={8} />}>
        <Match when={alert.data}>
          {(data) => (
            <div class="space-y-6">
              <div class="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
                <div class="space-y-5">
                  <Known alert={data()} />
                  <Show when={data().subject.kind === 'terminals'}>
                    <Places alert={data()} />
                  </Show>
                </div>
                <History alert={data()} />
              </div>
              <Show when={data().subject.kind === 'terminals'}>
                <AlertTerminals alert={data()} />
              </Show>
              <Show when={isAcknowledging()}>
                <AcknowledgeDialog
                  alertIds={[data().id]}
                  onClose={() => setAcknowledging(false)}
                  onDone={() => setAcknowledging(false)}
                />
              </Show>
            </div>
          )}
        </Match>
        <Match when={alert.isError}>
          <ErrorNote {...failureOf(alert.error, i18n)} onRetry={() => void alert.refetch()} />
        </Match>
      </Switch>
    </Page>
  )
}

function Known(props: { alert: AlertDetails }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const subject = () => {
    const href = subjectHref(props.alert)
    const words = subjectWords(props.alert.subject, i18n)
    return href === undefined ? (
      words
    ) : (
      <A href={href} class="rounded text-accent hover:underline">
        {words}
      </A>
    )
  }
  const ofMany = () =>
    props.alert.subject.kind === 'terminals'
      ? [
          {
            name: t('alerts.terminals'),
            value: [
              format.number(props.alert.count),
              ...(props.alert.peak > props.alert.count
                ? [`(${t('alerts.peak', { count: format.number(props.alert.peak) })})`]
                : []),
            ].join(' '),
          },
        ]
      : [{ name: t('alerts.page.subject'), value: subject() }]
  return (
    <Card title={t('alerts.page.facts')}>
      <Facts
        class="xl:!grid-cols-2"
        facts={[
          { name: t('alerts.kindLabel'), value: t(kindKey(props.alert.kind)) },
          ...ofMany(),
          ...(props.alert.times > 1
            ? [{ name: t('alerts.page.firstRaised'), value: <TimeAgo at={props.alert.firstRaisedAt} /> }]
            : []),
          {
            name: t('alerts.page.lastRaised'),
            value: (
              <>
                <TimeAgo at={props.alert.raisedAt} />
                <Show when={props.alert.times > 1}>
                  <span class="text-muted"> · {tn('alerts.timesValue', props.alert.times)}</span>
                </Show>
              </>
            ),
          },
          {
            name: t('alerts.acknowledgedBy'),
            value: props.alert.acknowledgedBy === null ? null : makerWords(props.alert.acknowledgedBy, t),
          },
          { name: t('alerts.note'), value: props.alert.note },
          ...(props.alert.clearedAt === null
            ? []
            : [{ name: t('alerts.clearedAt'), value: <TimeAgo at={props.alert.clearedAt} /> }]),
        ]}
      />
      <div class="mt-5 rounded-lg bg-raised px-4 py-3 text-sm">
        <p class="text-xs text-muted">{t('alerts.page.advice')}</p>
        <p class="mt-0.5 text-pretty">{t(`alerts.advice.${props.alert.kind}`)}</p>
      </div>
    </Card>
  )
}

function Places(props: { alert: AlertDetails }) {
  const { t, format } = useI18n()
  return (
    <Card title={t('alerts.page.places')}>
      <Show
        when={props.alert.places.length > 0}
        fallback={<p class="text-sm text-muted">{t('alerts.page.placesNone')}</p>}
      >
        <p class="mb-3 text-sm text-muted">{t('alerts.page.placesText')}</p>
        <ul class="divide-y divide-line text-sm">
          <For each={props.alert.places}>
            {(place) => (
              <li class="flex items-baseline justify-between gap-4 py-1.5">
                <A
                  href={statusHref({ groupId: place.groupId, alertId: props.alert.id })}
                  class="min-w-0 rounded break-words text-accent hover:underline"
                >
                  {place.name}
                </A>
                <span class="digits">{format.number(place.terminals)}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  )
}

function History(props: { alert: AlertDetails }) {
  const { t, tn } = useI18n()
  const said = (event: AlertDetails['events'][number]) =>
    [
      makerWords(event.byName ?? t('alerts.page.itself'), t),
      props.alert.subject.kind === 'terminals' && event.count !== null
        ? tn('alerts.eventTerminals', event.count)
        : undefined,
      event.note ?? undefined,
    ]
      .filter((one) => one !== undefined)
      .join(' · ')
  return (
    <Card title={t('alerts.page.history')}>
      <Timeline
        entries={props.alert.events.map((event, index) => ({
          id: `${index} ${event.at}`,
          at: event.at,
          tone: EVENT_TONES[event.what],
          title: t(`alerts.event.${event.what}`),
          details: said(event),
        }))}
      />
    </Card>
  )
}
