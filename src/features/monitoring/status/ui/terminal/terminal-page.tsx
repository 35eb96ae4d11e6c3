import { useParams, useSearchParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import KeyRound from 'lucide-solid/icons/key-round'
import Pencil from 'lucide-solid/icons/pencil'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../../app/api'
import { failureOf } from '../../../../../app/failure'
import { Page } from '../../../../../app/page'
import { useQuery } from '../../../../../app/query'
import { useSession } from '../../../../../app/session'
import { useI18n } from '../../../../../i18n'
import { Button } from '../../../../../ui/button'
import { ErrorNote } from '../../../../../ui/error-note'
import { LiveValue } from '../../../../../ui/live-value'
import { DropdownMenu } from '../../../../../ui/menu'
import { Skeleton } from '../../../../../ui/skeleton'
import { Tabs } from '../../../../../ui/tabs'
import { TimeAgo } from '../../../../../ui/time-ago'
import type { TerminalView } from '../../../../terminals/schemas'
import { EditDialog } from '../../../../terminals/ui/edit-dialog'
import { IssueCodeDialog } from '../../../../terminals/ui/issue-code-dialog'
import { mayTakeCode } from '../../../../terminals/ui/offered'
import { useStateActions } from '../../../../terminals/ui/state-actions'
import { StateBadge } from '../../../../terminals/ui/state-badge'
import { ConnectivityBadge } from '../connectivity-badge'
import { createLiveStream } from '../live'
import { LiveBadge } from '../live-badge'
import { createLiveStatus, type StatusDetails } from './live-status'
import { type AddedTab, TERMINAL_TABS } from './tabs'

/** One terminal: what is registered, what it says of itself, what happened to it. It changes without a reload. */
export function TerminalPage(props: { moreTabs: readonly AddedTab[] }) {
  const params = useParams<{ terminalId: string }>()
  return (
    <Show when={params.terminalId} keyed>
      {(terminalId) => <TerminalOf terminalId={terminalId} moreTabs={props.moreTabs} />}
    </Show>
  )
}

function TerminalOf(props: { terminalId: string; moreTabs: readonly AddedTab[] }) {
  const i18n = useI18n()
  const { t } = i18n
  const ref = () => ({ terminalId: props.terminalId })
  const terminal = useQuery(() => api.terminals.get.query(ref()))
  const queries = useQueryClient()
  const status = createLiveStatus(ref)
  const liveState = createLiveStream({
    onEnded: () => status.refetch(),
    ids: () => (status.details() === undefined ? [] : [props.terminalId]),
    onRows(rows) {
      const isNews = rows.some((row) => status.change(row))
      if (!isNews) return
      for (const key of [
        api.status.get.key(),
        api.status.history.key(),
        api.terminals.get.key(),
        api.actions.key(),
        api.updates.key(),
        api.terminalApps.key(),
      ])
        void queries.invalidateQueries({ queryKey: key })
    },
  })
  const failed = () => terminal.error ?? status.error()
  const both = () => {
    const [registered, reported] = [terminal.data, status.details()]
    return registered && reported ? { registered, reported } : undefined
  }
  return (
    <Page
      title={terminal.data?.serial ?? t('fleet.page.title')}
      permission="status:read"
      parent={{ title: t('app.nav.status'), href: '/monitoring/status' }}
      badges={
        <Show when={both()}>
          {(known) => <Badges registered={known().registered} reported={known().reported} />}
        </Show>
      }
      text={
        <Show when={status.details()}>
          {(reported) => (
            <span class="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
              <span>
                {t('fleet.fact.lastSeen')}: <TimeAgo at={reported().lastSeenAt} />
              </span>
              <LiveBadge state={liveState()} />
            </span>
          )}
        </Show>
      }
      actions={<Show when={both()}>{(known) => <Actions {...known()} />}</Show>}
    >
      <Show
        when={both()}
        fallback={
          <Show when={failed()} fallback={<Skeleton lines={10} class="max-w-3xl" />}>
            {(error) => (
              <ErrorNote
                {...failureOf(error(), i18n)}
                onRetry={() => {
                  void terminal.refetch()
                  status.refetch()
                }}
              />
            )}
          </Show>
        }
      >
        {(known) => (
          <TerminalTabs
            registered={known().registered}
            reported={known().reported}
            moreTabs={props.moreTabs}
          />
        )}
      </Show>
    </Page>
  )
}

function Badges(props: { registered: TerminalView; reported: StatusDetails }) {
  return (
    <>
      <LiveValue value={props.reported.state}>
        <StateBadge state={props.reported.state} />
      </LiveValue>
      <LiveValue value={props.reported.connectivity}>
        <ConnectivityBadge connectivity={props.reported.connectivity} state={props.reported.state} />
      </LiveValue>
    </>
  )
}

function Actions(props: { registered: TerminalView; reported: StatusDetails }) {
  const { t } = useI18n()
  const session = useSession()
  const stateActions = useStateActions()
  const [dialog, setDialog] = createSignal<'edit' | 'code'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <Show when={session.may('terminals:enroll') && mayTakeCode(props.registered)}>
        <Button
          look="quiet"
          icon={<KeyRound class="size-4" aria-hidden="true" />}
          onClick={() => setDialog('code')}
        >
          {t('fleet.page.issueCode')}
        </Button>
      </Show>
      <Show when={session.may('terminals:write')}>
        <Button icon={<Pencil class="size-4" aria-hidden="true" />} onClick={() => setDialog('edit')}>
          {t('fleet.page.edit')}
        </Button>
        <DropdownMenu label={t('ui.actions')} items={stateActions(props.registered)} />
      </Show>
      <IssueCodeDialog isOpen={dialog() === 'code'} onClose={close} serial={props.registered.serial} />
      <EditDialog
        isOpen={dialog() === 'edit'}
        onClose={close}
        terminal={props.registered}
        places={props.reported}
      />
    </>
  )
}

function TerminalTabs(props: {
  registered: TerminalView
  reported: StatusDetails
  moreTabs: readonly AddedTab[]
}) {
  const { t } = useI18n()
  const session = useSession()
  const [search, setSearch] = useSearchParams<{ tab: string }>()
  const shown = TERMINAL_TABS.flatMap((tab) => [
    tab,
    ...props.moreTabs.filter(({ after }) => after === tab.value),
  ]).filter((tab) => session.may(tab.permission))
  const value = () => shown.find((tab) => tab.value === search.tab)?.value ?? shown[0]?.value ?? ''
  return (
    <Tabs
      label={props.registered.serial}
      value={value()}
      onChange={(next) => setSearch({ tab: next === shown[0]?.value ? undefined : next }, { scroll: false })}
      items={shown.map((tab) => ({
        value: tab.value,
        label: t(tab.title),
        content: () => <tab.view registered={props.registered} reported={props.reported} />,
      }))}
    />
  )
}
