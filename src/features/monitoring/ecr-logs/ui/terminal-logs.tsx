import { A } from '@solidjs/router'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { makerWords } from '../../../../app/maker'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { DataList } from '../../../../ui/data-list'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import type { EcrLogRequestView } from '../schemas'
import { CancelRequest } from './cancel-request'
import { periodOf } from './columns'
import { logPath, logsOfTerminal } from './places'
import { RequestDialog } from './request-dialog'
import { RequestOutcome } from './request-outcome'

const SHOWN = 20
const EVERY_MS = 5_000
/** While nothing is waited for: somebody else may ask. */
const SELDOM_MS = 15_000

const isOpen = (one: EcrLogRequestView) => one.outcome === null

/** How often to look again. */
const everyMs = (items: readonly EcrLogRequestView[] | undefined) =>
  items?.some(isOpen) ? EVERY_MS : SELDOM_MS

/** The latest logs of one terminal, and what it was asked for. */
export function TerminalEcrLogs(props: { registered: { id: string; serial: string } }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const mayAsk = () => session.may('ecr-logs:request')
  const ref = () => ({ terminalId: props.registered.id, limit: SHOWN })
  const requests = useQuery(() => ({
    ...api.ecrLogs.requests.query(ref()),
    reconcile: 'id',
    refetchInterval: ({ state }) => everyMs(state.data?.items),
  }))
  // What was asked for is seen to come.
  const logs = useQuery(() => ({
    ...api.ecrLogs.list.query(ref()),
    reconcile: 'id',
    refetchInterval: everyMs(requests.data?.items),
  }))
  const [isAsking, setAsking] = createSignal(false)
  const link = (logId: string, text: string) => (
    <A href={logPath(logId)} class="rounded font-medium break-all text-accent hover:underline">
      {text}
    </A>
  )
  return (
    <Switch>
      <Match when={logs.isError || requests.isError}>
        <ErrorNote
          {...failureOf(logs.error ?? requests.error, i18n)}
          onRetry={() => void Promise.all([logs.refetch(), requests.refetch()])}
        />
      </Match>
      <Match when={logs.isPending || requests.isPending}>
        <Skeleton lines={6} />
      </Match>
      <Match when={true}>
        <div class="space-y-5">
          <Card
            title={t('ecrLogs.tab')}
            actions={
              <ButtonLink size="small" href={logsOfTerminal(props.registered.serial)}>
                {t('ecrLogs.all')}
              </ButtonLink>
            }
          >
            <DataList
              label={t('ecrLogs.tab')}
              none={t('ecrLogs.none')}
              head={[
                t('ecrLogs.column.name'),
                t('ecrLogs.column.period'),
                t('ecrLogs.column.size'),
                t('ecrLogs.column.cards'),
                t('ecrLogs.column.received'),
              ]}
              rows={(logs.data?.items ?? []).map((one) => [
                link(one.id, one.name),
                periodOf(one, i18n),
                format.bytes(one.sizeBytes),
                one.cardNumbers === 0 ? undefined : format.number(one.cardNumbers),
                format.dateTime(one.receivedAt),
              ])}
            />
          </Card>
          <Card
            title={t('ecrLogs.request.list')}
            actions={
              <Show when={mayAsk()}>
                <Button size="small" onClick={() => setAsking(true)}>
                  {t('ecrLogs.request.action')}
                </Button>
              </Show>
            }
          >
            <DataList
              label={t('ecrLogs.request.list')}
              none={t('ecrLogs.request.none')}
              head={[
                t('ecrLogs.column.period'),
                t('ecrLogs.request.outcome'),
                t('ecrLogs.request.by'),
                t('ecrLogs.request.at'),
                ...(mayAsk() ? [t('ui.actions')] : []),
              ]}
              rows={(requests.data?.items ?? []).map((one) => [
                t('ecrLogs.period', { from: format.dateTime(one.from), to: format.dateTime(one.to) }),
                <RequestOutcome request={one} />,
                makerWords(one.requestedBy, t),
                format.dateTime(one.requestedAt),
                ...(mayAsk() ? [isOpen(one) && <CancelRequest request={one} />] : []),
              ])}
            />
          </Card>
          <Show when={isAsking()}>
            <RequestDialog
              terminal={{ value: props.registered.id, label: props.registered.serial }}
              onClose={() => setAsking(false)}
            />
          </Show>
        </div>
      </Match>
    </Switch>
  )
}
