import { Match, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useInfiniteQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { ErrorNote } from '../../../ui/error-note'
import { Skeleton } from '../../../ui/skeleton'
import { Timeline } from '../../../ui/timeline'
import type { AuditEntry } from '../schemas'
import { AuditActor } from './audit-actor'
import { AuditChanges } from './audit-changes'
import { actionWords } from './words'

const PAGE = 20

/** What happened to one thing, newest first. For callers that may `audit:read`; ask before showing it. */
export function AuditTrail(props: { subjectKind: string; subjectId: string }) {
  const i18n = useI18n()
  const question = () => ({ subjectKind: props.subjectKind, subjectId: props.subjectId, limit: PAGE })
  const entries = useInfiniteQuery(() => ({
    queryKey: [...api.audit.list.key(), 'trail', question()],
    queryFn: ({ pageParam, signal }) =>
      api.audit.list.fetch({ ...question(), ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  const all = () => entries.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Switch>
      <Match when={entries.isError && entries.data === undefined}>
        <ErrorNote {...failureOf(entries.error, i18n)} onRetry={() => void entries.refetch()} />
      </Match>
      <Match when={entries.data === undefined}>
        <Skeleton lines={6} />
      </Match>
      <Match when={all().length === 0}>
        <p class="py-6 text-center text-sm text-muted">{i18n.t('audit.trailEmpty')}</p>
      </Match>
      <Match when={true}>
        <Timeline
          entries={all().map((entry) => ({
            id: String(entry.seq),
            at: entry.at,
            title: actionWords(entry.action, i18n),
            details: <Details entry={entry} />,
          }))}
          hasMore={entries.hasNextPage}
          isLoadingMore={entries.isFetchingNextPage}
          onMore={() => void entries.fetchNextPage()}
        />
      </Match>
    </Switch>
  )
}

function Details(props: { entry: AuditEntry }) {
  return (
    <div class="space-y-1">
      <AuditActor actor={props.entry.actor} />
      <AuditChanges changes={props.entry.changes} />
    </div>
  )
}
