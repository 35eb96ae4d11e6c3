import { A } from '@solidjs/router'
import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Badge, type Tone } from '../../../ui/badge'
import { Card } from '../../../ui/card'
import { ErrorNote } from '../../../ui/error-note'
import { Facts } from '../../../ui/facts'
import { Skeleton } from '../../../ui/skeleton'
import { TimeAgo } from '../../../ui/time-ago'
import type { Check, HealthView } from '../schemas'
import { findingWords } from './words'

const EVERY_MS = 10_000
const TONES: Record<Check['state'], Tone> = { ok: 'good', warn: 'warn', bad: 'danger' }

/** Administration › System health: how the server is, and what to do about it. */
export function HealthPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const health = useQuery(() => ({
    ...api.system.health.query({}),
    enabled: session.may('system:read'),
    refetchInterval: EVERY_MS,
  }))
  return (
    <Page
      title={t('app.nav.system')}
      permission="system:read"
      text={t('system.health.text')}
      badges={<Show when={health.data}>{(found) => <State state={found().state} />}</Show>}
    >
      <Switch>
        <Match when={health.isError}>
          <ErrorNote {...failureOf(health.error, i18n)} onRetry={() => void health.refetch()} />
        </Match>
        <Match when={health.data === undefined}>
          <Skeleton lines={8} />
        </Match>
        <Match when={health.data}>
          {(found) => (
            <div class="space-y-5">
              <Checks checks={found().checks} />
              <div class="grid items-start gap-5 lg:grid-cols-2">
                <div class="space-y-5">
                  <Server health={found()} />
                  <Instances instances={found().instances} />
                </div>
                <div class="space-y-5">
                  <Database health={found()} />
                  <Tables tables={found().database.tables} />
                </div>
              </div>
            </div>
          )}
        </Match>
      </Switch>
    </Page>
  )
}

function State(props: { state: Check['state'] }) {
  const { t } = useI18n()
  return (
    <Badge hasDot tone={TONES[props.state]}>
      {t(`system.state.${props.state}`)}
    </Badge>
  )
}

/** Where to see more of what a check looks at, and to do something about it. */
const PAGES: Partial<Record<Check['check'], { href: string; permission: string }>> = {
  jobs: { href: '/administration/jobs', permission: 'jobs:read' },
  partitions: { href: '/administration/jobs', permission: 'jobs:read' },
  webhooks: { href: '/administration/webhooks', permission: 'webhooks:read' },
  pos_log: { href: '/monitoring/pos-log', permission: 'pos-log:read' },
  terminals: { href: '/monitoring/pos-log', permission: 'pos-log:read' },
}

const ORDER: readonly Check['state'][] = ['bad', 'warn', 'ok']

/** What needs somebody comes first. */
function Checks(props: { checks: readonly Check[] }) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const hrefOf = (check: Check['check']) => {
    const page = PAGES[check]
    return page !== undefined && session.may(page.permission) ? page.href : undefined
  }
  const sorted = () => ORDER.flatMap((state) => props.checks.filter((one) => one.state === state))
  return (
    <Card title={t('system.health.checks')}>
      <ul class="divide-y divide-line">
        <For each={sorted()}>
          {(one) => (
            <li class="grid gap-x-6 gap-y-1 py-2.5 text-sm first:pt-0 last:pb-0 sm:grid-cols-[9rem_15rem_minmax(0,1fr)]">
              <div class="flex flex-row-reverse items-center justify-between gap-x-4 sm:contents">
                <p>
                  <State state={one.state} />
                </p>
                <p class="min-w-0 font-medium">
                  <Show when={hrefOf(one.check)} fallback={t(`system.check.${one.check}`)}>
                    {(href) => (
                      <A href={href()} class="rounded text-accent hover:underline">
                        {t(`system.check.${one.check}`)}
                      </A>
                    )}
                  </Show>
                </p>
              </div>
              <p class="text-pretty break-words text-muted">{findingWords(one, i18n)}</p>
            </li>
          )}
        </For>
      </ul>
    </Card>
  )
}

function Server(props: { health: HealthView }) {
  const { t, format } = useI18n()
  const server = () => props.health.server
  const storage = () => props.health.storage
  return (
    <Card title={t('system.health.server')}>
      <Facts
        facts={[
          { name: t('system.health.version'), value: server().version },
          { name: t('system.health.runtime'), value: server().runtime },
          { name: t('system.health.started'), value: <TimeAgo at={server().startedAt} /> },
          { name: t('system.health.terminals'), value: format.number(server().terminals) },
          { name: t('system.health.answers'), value: format.number(server().answersPerMinute) },
          { name: t('system.health.refusals'), value: format.number(server().refusalsPerMinute) },
          {
            name: t('system.health.blobs'),
            value: t(storage().blobs === 's3' ? 'system.health.s3' : 'system.health.files'),
          },
          { name: t('system.health.storeId'), value: storage().storeId ?? '–' },
          {
            name: t('system.health.free'),
            value: t('system.health.freeOf', {
              free: format.bytes(storage().freeBytes),
              total: format.bytes(storage().totalBytes),
            }),
          },
          { name: t('system.health.id'), value: server().id },
        ]}
      />
    </Card>
  )
}

function Database(props: { health: HealthView }) {
  const { t, format } = useI18n()
  const database = () => props.health.database
  return (
    <Card title={t('system.health.database')}>
      <Facts
        facts={[
          {
            name: t('system.health.databaseKind'),
            value: t(database().kind === 'embedded' ? 'system.health.embedded' : 'system.health.external'),
          },
          { name: t('system.health.version'), value: `PostgreSQL ${database().version}` },
          { name: t('system.health.size'), value: format.bytes(database().sizeBytes) },
          {
            name: t('system.health.connections'),
            value: t('system.health.connectionsOf', {
              used: format.number(database().connections),
              limit: format.number(database().connectionLimit),
            }),
          },
        ]}
      />
    </Card>
  )
}

function Instances(props: { instances: HealthView['instances'] }) {
  const { t } = useI18n()
  return (
    <Card title={t('system.health.instances')}>
      <ul class="divide-y divide-line text-sm">
        <For each={props.instances}>
          {(one) => (
            <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 first:pt-0 last:pb-0">
              <span class="flex min-w-0 flex-wrap items-center gap-2 font-medium break-all">
                {one.host}
                <Show when={one.isThis}>
                  <Badge tone="accent">{t('system.health.isThis')}</Badge>
                </Show>
              </span>
              <span class="digits text-muted">
                {one.version} · {one.runtime} · {t('system.health.seen')} <TimeAgo at={one.seenAt} />
              </span>
            </li>
          )}
        </For>
      </ul>
    </Card>
  )
}

function Tables(props: { tables: HealthView['database']['tables'] }) {
  const { t, format } = useI18n()
  return (
    <Card title={t('system.health.tables')}>
      <ul class="divide-y divide-line text-sm">
        <For each={props.tables}>
          {(one) => (
            <li class="flex justify-between gap-4 py-1.5 first:pt-0 last:pb-0">
              <span class="min-w-0 font-mono break-all">{one.name}</span>
              <span class="digits whitespace-nowrap text-muted">{format.bytes(one.sizeBytes)}</span>
            </li>
          )}
        </For>
      </ul>
    </Card>
  )
}
