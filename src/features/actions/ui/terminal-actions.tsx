import { useQueryClient } from '@tanstack/solid-query'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import { For, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { createList } from '../../../app/list'
import { useSession } from '../../../app/session'
import type { Outputs } from '../../../client'
import { useI18n } from '../../../i18n'
import { Badge, type Tone } from '../../../ui/badge'
import { Button } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { LiveValue } from '../../../ui/live-value'
import { type Column, createTableState, Table } from '../../../ui/table'
import { TimeAgo } from '../../../ui/time-ago'
import { useToasts } from '../../../ui/toast'
import { useWord } from '../../terminals/ui/words'
import type { ActionKind, ActionState } from '../lists'
import { useReasonWords } from './reason'

export type Action = Outputs['actions']['list']['items'][number]

export const ACTION_TONES: Record<ActionState, Tone> = {
  offered: 'info',
  downloading: 'accent',
  downloaded: 'accent',
  installed: 'accent',
  confirmed: 'good',
  failed: 'danger',
  rejected: 'danger',
  withdrawn: 'neutral',
}

/** What the server offered to one terminal, and what became of it; of one kind, or all. */
export function TerminalActions(props: {
  registered: { id: string }
  kind?: ActionKind
  /** In place of rows of that kind, where there are none. */
  none?: string
}) {
  const { t, format } = useI18n()
  const word = useWord()
  const state = createTableState<never>({
    filters: [],
    sort: { by: '', direction: 'desc' },
    prefix: 'actions-',
  })
  const list = createList({
    state,
    key: 'id',
    query: (page) => api.actions.list.query({ ...page, terminalId: props.registered.id, kind: props.kind }),
  })
  const columns = (): Column<Action>[] => [
    {
      id: 'kind',
      header: t('fleet.actions.kind'),
      isFixed: true,
      cell: (row) => (
        <span class="flex flex-col">
          <Show
            when={row.installs.length + row.removes.length > 0}
            fallback={
              <span class="digits font-medium">{broughtWords(row) || word('actionKind', row.kind)}</span>
            }
          >
            <ul class="digits font-medium">
              <For each={row.installs}>
                {(one) => (
                  <li class="wrap-anywhere">
                    + {one.package} {one.versionName || one.versionCode}
                  </li>
                )}
              </For>
              <For each={row.removes}>{(name) => <li class="wrap-anywhere text-danger">− {name}</li>}</For>
            </ul>
          </Show>
          <Show when={row.rule ?? row.set}>
            {(name) => <span class="text-xs break-words text-muted">{name()}</span>}
          </Show>
        </span>
      ),
    },
    {
      id: 'state',
      header: t('fleet.fact.state'),
      cell: (row) => (
        <LiveValue value={`${row.state} ${row.progressPercent}`}>
          <span class="inline-flex items-center gap-2">
            <Badge tone={ACTION_TONES[row.state]}>{word('actionState', row.state)}</Badge>
            <Show when={row.state === 'downloading' && row.progressPercent !== null}>
              <span class="digits text-xs text-muted">
                {format.percent((row.progressPercent ?? 0) / 100)}
              </span>
            </Show>
          </span>
        </LiveValue>
      ),
    },
    { id: 'reason', header: t('fleet.actions.reason'), cell: (row) => <Reason action={row} /> },
    { id: 'offered', header: t('fleet.actions.offered'), cell: (row) => <TimeAgo at={row.offeredAt} /> },
    { id: 'changed', header: t('fleet.actions.changed'), cell: (row) => <TimeAgo at={row.stateAt} /> },
    {
      id: 'retry',
      header: t('fleet.actions.next'),
      align: 'end',
      cell: (row) => <Retry action={row} />,
    },
  ]
  return (
    <Table
      {...list}
      label={t('fleet.tab.actions')}
      columns={columns()}
      rowName={(row) => word('actionKind', row.kind)}
      empty={
        <Show
          when={props.none}
          fallback={<EmptyState title={t('fleet.actions.none')} text={t('fleet.actions.noneText')} />}
        >
          {(none) => <p class="p-5 text-sm text-muted">{none()}</p>}
        </Show>
      }
    />
  )
}

/** What an update leads to; empty for all else. */
export const broughtWords = ({ brings }: Pick<Action, 'brings'>) =>
  brings.map(({ component, version }) => `${component} ${version}`).join(', ')

function Reason(props: { action: Action }) {
  const { t } = useI18n()
  const reasonWords = useReasonWords()
  return <>{reasonWords(props.action) || t('ui.none')}</>
}

function Retry(props: { action: Action }) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const mayRetry = () =>
    session.may('terminals:write') &&
    !props.action.isRetried &&
    (props.action.state === 'failed' || props.action.state === 'rejected')
  const retry = async () => {
    try {
      await api.actions.retry.run({ actionId: props.action.id })
      toasts.show({ kind: 'good', title: t('fleet.actions.retried') })
      void queries.invalidateQueries({ queryKey: api.actions.key() })
      void queries.invalidateQueries({ queryKey: api.updates.key() })
      void queries.invalidateQueries({ queryKey: api.terminalApps.key() })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    }
  }
  return (
    <Show when={mayRetry()} fallback={props.action.isRetried ? t('fleet.actions.isRetried') : t('ui.none')}>
      <Button
        size="small"
        icon={<RotateCcw class="size-4" aria-hidden="true" />}
        onClick={() => void retry()}
      >
        {t('fleet.actions.retry')}
      </Button>
    </Show>
  )
}
