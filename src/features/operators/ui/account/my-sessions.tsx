import { useQueryClient } from '@tanstack/solid-query'
import MonitorSmartphone from 'lucide-solid/icons/monitor-smartphone'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { z } from 'zod'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useInfiniteQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { TimeAgo } from '../../../../ui/time-ago'
import { useToasts } from '../../../../ui/toast'
import type { SessionPage } from '../../schemas'
import { readUserAgent } from './user-agent'

type Session = z.infer<typeof SessionPage>['items'][number]
const PAGE = 20

/** Every place the account is signed in at, and the way to end it there. */
export function MySessions() {
  const i18n = useI18n()
  const { t } = i18n
  const sessions = useInfiniteQuery(() => ({
    queryKey: [...api.account.sessions.key(), { limit: PAGE }],
    queryFn: ({ pageParam, signal }) =>
      api.account.sessions.fetch({ limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  return (
    <Card title={t('account.sessions.title')}>
      <Switch>
        <Match when={sessions.isError && sessions.data === undefined}>
          <ErrorNote {...failureOf(sessions.error, i18n)} onRetry={() => void sessions.refetch()} />
        </Match>
        <Match when={sessions.data === undefined}>
          <Skeleton lines={4} />
        </Match>
        <Match when={true}>
          <ul aria-label={t('account.sessions.list')} class="divide-y divide-line">
            <For each={sessions.data?.pages.flatMap((page) => page.items)}>
              {(session) => <SessionRow session={session} />}
            </For>
          </ul>
          <Show when={sessions.hasNextPage}>
            <Button
              size="small"
              class="mt-3"
              isBusy={sessions.isFetchingNextPage}
              onClick={() => void sessions.fetchNextPage()}
            >
              {t('account.sessions.more')}
            </Button>
          </Show>
        </Match>
      </Switch>
    </Card>
  )
}

function SessionRow(props: { session: Session }) {
  const i18n = useI18n()
  const { t } = i18n
  const toasts = useToasts()
  const queries = useQueryClient()
  const [isEnding, setEnding] = createSignal(false)
  const name = () => {
    const { browser, system } = readUserAgent(props.session.userAgent)
    if (browser === undefined && system === undefined) return t('account.sessions.unknownBrowser')
    return t('account.sessions.device', {
      browser: browser ?? t('account.sessions.unknownBrowser'),
      system: system ?? t('account.sessions.unknownSystem'),
    })
  }
  const end = async () => {
    setEnding(true)
    try {
      await api.account.endSession.run({ sessionId: props.session.id })
      toasts.show({ kind: 'good', title: t('account.sessions.ended') })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setEnding(false)
      await queries.invalidateQueries({ queryKey: api.account.sessions.key() })
    }
  }
  return (
    <li class="flex items-start gap-3 py-3 first:pt-0 last:pb-0">
      <MonitorSmartphone class="mt-0.5 size-5 shrink-0 text-muted" aria-hidden="true" />
      <div class="min-w-0 flex-1 text-sm">
        <p class="flex flex-wrap items-center gap-2 font-medium" title={props.session.userAgent}>
          {name()}
          <Show when={props.session.isCurrent}>
            <Badge tone="accent">{t('account.sessions.here')}</Badge>
          </Show>
        </p>
        <p class="mt-0.5 flex flex-wrap gap-x-3 text-muted">
          <span class="digits">{`${t('account.sessions.address')}: ${props.session.address || t('ui.none')}`}</span>
          <span>
            {`${t('account.sessions.since')}: `}
            <TimeAgo at={props.session.createdAt} />
          </span>
          <span>
            {`${t('account.sessions.used')}: `}
            <TimeAgo at={props.session.lastUsedAt} />
          </span>
        </p>
      </div>
      <Show when={!props.session.isCurrent}>
        <Button
          size="small"
          isBusy={isEnding()}
          aria-label={t('account.sessions.endNamed', { name: name() })}
          onClick={() => void end()}
        >
          {t('account.sessions.end')}
        </Button>
      </Show>
    </li>
  )
}
