import { useParams } from '@solidjs/router'
import Download from 'lucide-solid/icons/download'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import type { EcrLogView } from '../schemas'
import { periodOf } from './columns'
import { LogRows } from './log-rows'
import { LogTools } from './log-tools'
import { createLogWindow } from './log-window'
import { contentHref, ECR_LOGS } from './places'

/** One log: its end at once, any other part as it is wanted. */
export function EcrLogPage() {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const params = useParams<{ logId: string }>()
  const log = useQuery(() => ({
    ...api.ecrLogs.get.query({ logId: params.logId }),
    enabled: session.may('ecr-logs:read'),
  }))
  const text = (data: EcrLogView) =>
    [
      data.serial,
      data.tids.join(', '),
      periodOf(data, i18n),
      format.bytes(data.sizeBytes),
      t('ecrLogs.view.received', { time: format.dateTime(data.receivedAt) }),
    ]
      .filter(Boolean)
      .join(' · ')
  return (
    <Page
      title={log.data?.name ?? t('ecrLogs.one')}
      permission="ecr-logs:read"
      parent={{ title: t('app.nav.ecrLogs'), href: ECR_LOGS }}
      text={<Show when={log.data}>{(data) => text(data())}</Show>}
      actions={
        <Show when={log.data}>
          {(data) => (
            <ButtonLink
              isDownload
              href={contentHref(data().id)}
              icon={<Download class="size-4" aria-hidden="true" />}
            >
              {t('ecrLogs.view.save')}
            </ButtonLink>
          )}
        </Show>
      }
    >
      <Switch fallback={<Skeleton lines={12} />}>
        <Match when={log.isError}>
          <ErrorNote {...failureOf(log.error, i18n)} onRetry={() => void log.refetch()} />
        </Match>
        <Match when={log.data}>{(data) => <Log log={data()} />}</Match>
      </Switch>
    </Page>
  )
}

function Log(props: { log: EcrLogView }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const window = createLogWindow(() => props.log.id)
  const [marked, setMarked] = createSignal<number>()
  const [found, setFound] = createSignal('')
  const show = async (row: number) => {
    if (!window.holds(row)) await window.around(row)
    setMarked(row)
  }
  return (
    <>
      <Show when={props.log.cardNumbers > 0}>
        <p class="mb-4 flex items-start gap-2 rounded-xl bg-danger-soft px-4 py-3 text-sm text-danger">
          <TriangleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {tn('ecrLogs.view.cards', props.log.cardNumbers)}
        </p>
      </Show>
      <LogTools
        log={props.log}
        window={window}
        marked={marked()}
        onShow={(row) => void show(row)}
        onFound={setFound}
      />
      <Switch>
        <Match when={window.error() !== undefined}>
          <ErrorNote {...failureOf(window.error(), i18n)} onRetry={() => void window.end()} />
        </Match>
        <Match when={window.total() === 0}>
          <p class="text-sm text-muted">{t('ecrLogs.view.empty')}</p>
        </Match>
        <Match when={window.total() !== undefined}>
          <LogRows window={window} found={found()} marked={marked()} />
        </Match>
        <Match when={true}>
          <Skeleton lines={12} />
        </Match>
      </Switch>
    </>
  )
}
