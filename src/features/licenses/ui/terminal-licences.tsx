import { A } from '@solidjs/router'
import Upload from 'lucide-solid/icons/upload'
import { Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import type { Outputs } from '../../../client'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { ButtonLink } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { DataList } from '../../../ui/data-list'
import { ErrorNote } from '../../../ui/error-note'
import { Skeleton } from '../../../ui/skeleton'
import { TimeAgo } from '../../../ui/time-ago'
import { licencePath, uploadPath } from './places'

type Held = Outputs['licenses']['numbers']['items'][number]['licenses'][number]

/** The licences of one terminal: what waits for it, what it has taken, and what it says it holds. */
export function TerminalLicences(props: { registered: { id: string; serial: string; platform: string } }) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const query = useQuery(() => api.licenses.numbers.query({ terminalId: props.registered.id, limit: 1 }))
  const known = () => query.data?.items[0]
  const upload = () => (
    <Show when={session.may('licenses:write')}>
      <ButtonLink
        size="small"
        href={uploadPath({ serial: props.registered.serial, platform: props.registered.platform })}
        icon={<Upload class="size-4" aria-hidden="true" />}
      >
        {t('fleet.licences.upload')}
      </ButtonLink>
    </Show>
  )
  return (
    <Switch>
      <Match when={query.isError}>
        <ErrorNote {...failureOf(query.error, i18n)} onRetry={() => void query.refetch()} />
      </Match>
      <Match when={query.isPending}>
        <Skeleton lines={6} />
      </Match>
      <Match when={true}>
        <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <Card title={t('fleet.licences.title')} actions={upload()}>
            <DataList
              label={t('fleet.licences.title')}
              none={t('fleet.licences.none')}
              head={[
                t('fleet.licences.product'),
                t('fleet.licences.licId'),
                t('fleet.licences.validUntil'),
                t('fleet.fact.state'),
              ]}
              rows={(known()?.licenses ?? []).map((one) => [
                one.product,
                <A href={licencePath(one.id)} class="text-accent hover:underline">
                  {one.licId}
                </A>,
                <ValidUntil at={one.validUntil} />,
                <Delivery licence={one} />,
              ])}
            />
          </Card>
          <Card title={t('fleet.licences.reported')}>
            <DataList
              label={t('fleet.licences.reported')}
              none={t('fleet.licences.noneReported')}
              head={[t('fleet.licences.licId'), t('fleet.licences.sha256')]}
              rows={(known()?.reported ?? []).map((one) => [
                one.licId,
                <span title={one.sha256 ?? ''}>{one.sha256?.slice(0, 12)}</span>,
              ])}
            />
          </Card>
        </div>
      </Match>
    </Switch>
  )
}

function ValidUntil(props: { at: string | null }) {
  const { t, format } = useI18n()
  return (
    <Show when={props.at} fallback={t('fleet.licences.unlimited')}>
      {(at) => format.date(at())}
    </Show>
  )
}

function Delivery(props: { licence: Held }) {
  const { t } = useI18n()
  return (
    <Switch fallback={<Badge tone="info">{t('fleet.licences.waiting')}</Badge>}>
      <Match when={props.licence.acceptedAt}>
        {(at) => (
          <span class="inline-flex flex-wrap items-center gap-2">
            <Badge tone="good">{t('fleet.licences.accepted')}</Badge>
            <TimeAgo at={at()} class="text-xs text-muted" />
          </span>
        )}
      </Match>
      <Match when={props.licence.fetchedAt}>
        {(at) => (
          <span class="inline-flex flex-wrap items-center gap-2">
            <Badge tone="accent">{t('fleet.licences.fetched')}</Badge>
            <TimeAgo at={at()} class="text-xs text-muted" />
          </span>
        )}
      </Match>
    </Switch>
  )
}
