import { useInfiniteQuery } from '@tanstack/solid-query'
import { Match, Switch } from 'solid-js'
import { api } from '../../../../../app/api'
import { failureOf } from '../../../../../app/failure'
import type { Outputs } from '../../../../../client'
import { useI18n } from '../../../../../i18n'
import { Card } from '../../../../../ui/card'
import { EmptyState } from '../../../../../ui/empty-state'
import { ErrorNote } from '../../../../../ui/error-note'
import { Skeleton } from '../../../../../ui/skeleton'
import { Timeline, type TimelineEntry } from '../../../../../ui/timeline'
import { useWord } from '../../../../terminals/ui/words'
import { differencesOf } from './changes'
import { Differences } from './differences'
import type { TerminalTabProps } from './tabs'

type Entry = Outputs['audit']['list']['items'][number]

const PAGE = 50
const TONES: Record<string, TimelineEntry['tone']> = {
  'terminal.suspended': 'warn',
  'terminal.retired': 'warn',
  'terminal.revoked': 'danger',
  'terminal.resumed': 'good',
  'terminal.enrolled': 'good',
  'terminal.registered': 'accent',
}
/** Facts of a new terminal that say nothing by themselves. */
const UNTOLD = new Set(['id', 'codeId', 'merchantId', 'groupIds', 'registeredAt', 'enrolledAt'])

/** Who did what to a terminal, newest first. */
export function AuditTab(props: TerminalTabProps) {
  const i18n = useI18n()
  const { t } = i18n
  const word = useWord()
  const subject = () => ({ subjectKind: 'terminal', subjectId: props.registered.id })
  const entries = useInfiniteQuery(() => ({
    queryKey: [...api.audit.list.key(), subject()],
    queryFn: ({ pageParam, signal }) =>
      api.audit.list.fetch({ ...subject(), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  }))
  const items = () => entries.data?.pages.flatMap((page) => page.items) ?? []
  const shown = (): TimelineEntry[] =>
    items().map((entry) => ({
      id: String(entry.seq),
      at: entry.at,
      tone: TONES[entry.action] ?? 'neutral',
      title: word('audited', entry.action),
      details: <Details entry={entry} />,
    }))
  return (
    <Switch>
      <Match when={entries.isError}>
        <ErrorNote {...failureOf(entries.error, i18n)} onRetry={() => void entries.refetch()} />
      </Match>
      <Match when={entries.isPending}>
        <Skeleton lines={8} />
      </Match>
      <Match when={items().length === 0}>
        <EmptyState title={t('fleet.audit.none')} text={t('fleet.audit.noneText')} />
      </Match>
      <Match when={true}>
        <Card title={t('fleet.audit.title')} class="max-w-4xl">
          <Timeline
            entries={shown()}
            hasMore={entries.hasNextPage}
            isLoadingMore={entries.isFetchingNextPage}
            onMore={() => void entries.fetchNextPage()}
          />
        </Card>
      </Match>
    </Switch>
  )
}

function Details(props: { entry: Entry }) {
  const { t } = useI18n()
  const by = () => {
    const { kind, name } = props.entry.actor
    if (kind === 'job') return t('fleet.audit.byServer')
    return kind === 'terminal' ? t('fleet.audit.byTerminal') : t('fleet.audit.by', { name })
  }
  const told = () =>
    differencesOf(props.entry.changes).filter(
      (one) => !UNTOLD.has(one.field) && (one.before || '') !== (one.after || ''),
    )
  return (
    <>
      <p>{by()}</p>
      <Differences differences={told()} hasFields />
    </>
  )
}
