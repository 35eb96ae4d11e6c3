import { A } from '@solidjs/router'
import Plus from 'lucide-solid/icons/plus'
import { createMemo, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { ButtonLink } from '../../../../ui/button'
import { ComboField } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { type Column, createTableState, Table, Toolbar } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import type { SwapView } from '../../swap/schemas'
import { findTerminals, useTerminalOf } from '../finders'
import { profilePath, swapPath } from '../places'
import { UndoSwapButton } from './undo'

/** Terminals that were replaced by others, and the way back while there is one. */
export function SwapsPage() {
  const { t } = useI18n()
  const session = useSession()
  const state = createTableState({ filters: ['terminal'], sort: { by: 'at', direction: 'desc' } })
  const columns = createMemo(useColumns())
  const terminal = useTerminalOf(() => state.filter('terminal'))
  const list = createList({
    state,
    permission: 'terminals:read',
    key: 'id',
    query: (page) => api.swaps.list.query({ ...page, terminalId: state.filter('terminal') }),
  })
  const mayWrite = () => session.may('terminals:write')
  const replace = () => (
    <ButtonLink href={swapPath()} look="primary" icon={<Plus class="size-4" aria-hidden="true" />}>
      {t('profile.swap.open')}
    </ButtonLink>
  )
  return (
    <Page
      title={t('profile.swap.listTitle')}
      permission="terminals:read"
      text={t('profile.swap.listText')}
      actions={<Show when={mayWrite()}>{replace()}</Show>}
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <ComboField
            isLabelHidden
            label={t('profile.fact.terminal')}
            placeholder={t('profile.swap.search')}
            load={findTerminals}
            value={terminal()}
            onInput={(option) => state.setFilter('terminal', option?.value)}
          />
        }
      />
      <Table
        {...list}
        label={t('profile.swap.listTitle')}
        columns={columns()}
        rowName={(row) => `${row.old.serial} → ${row.new.serial}`}
        empty={
          <EmptyState
            title={t('profile.swap.emptyTitle')}
            text={t(mayWrite() ? 'profile.swap.emptyText' : 'profile.swap.emptyForViewers')}
          >
            <Show when={mayWrite()}>{replace()}</Show>
          </EmptyState>
        }
      />
    </Page>
  )
}

function useColumns(): () => Column<SwapView>[] {
  const { t } = useI18n()
  const session = useSession()
  return () => [
    {
      id: 'old',
      header: t('profile.swap.old'),
      isFixed: true,
      cell: (row) => <Terminal terminal={row.old} />,
    },
    {
      id: 'new',
      header: t('profile.swap.new'),
      isFixed: true,
      cell: (row) => <Terminal terminal={row.new} />,
    },
    {
      id: 'at',
      header: t('profile.swap.at'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.at} />
          <span class="text-xs break-words text-muted">{makerWords(row.byName, t)}</span>
        </span>
      ),
    },
    {
      id: 'reason',
      header: t('profile.swap.reason'),
      isWide: true,
      cell: (row) => <span title={row.reason}>{row.reason || t('ui.none')}</span>,
    },
    { id: 'state', header: t('profile.swap.state'), isFixed: true, cell: (row) => <State swap={row} /> },
    ...(session.may('terminals:write')
      ? [
          {
            id: 'undo',
            header: t('ui.actions'),
            isFixed: true,
            align: 'end' as const,
            cell: (row: SwapView) => <UndoSwapButton swap={row} />,
          },
        ]
      : []),
  ]
}

function Terminal(props: { terminal: SwapView['old'] }) {
  return (
    <A
      href={profilePath(props.terminal.terminalId)}
      class="digits rounded font-medium break-words text-accent hover:underline"
    >
      {props.terminal.serial}
    </A>
  )
}

function State(props: { swap: SwapView }) {
  const { t, format } = useI18n()
  return (
    <span class="flex flex-col items-start gap-0.5 max-sm:items-end">
      <Switch fallback={<Badge tone="good">{t('profile.swap.states.done')}</Badge>}>
        <Match when={props.swap.undoneAt}>
          {(at) => (
            <>
              <Badge>{t('profile.swap.states.undone')}</Badge>
              <span class="text-xs text-muted">{format.stamp(at())}</span>
            </>
          )}
        </Match>
        <Match when={props.swap.retiredAt}>
          {(at) => (
            <>
              <Badge tone="good">{t('profile.swap.states.done')}</Badge>
              <span class="text-xs text-muted">{t('profile.swap.retired', { at: format.date(at()) })}</span>
            </>
          )}
        </Match>
        <Match when={props.swap.retireAt}>
          {(at) => (
            <>
              <Badge tone="good">{t('profile.swap.states.done')}</Badge>
              <span class="text-xs text-muted">{t('profile.swap.retires', { at: format.date(at()) })}</span>
            </>
          )}
        </Match>
      </Switch>
    </span>
  )
}
