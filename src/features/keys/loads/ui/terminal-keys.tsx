import { useQueryClient } from '@tanstack/solid-query'
import { createEffect, on, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { DELIVERABLE, type KeyFileState } from '../../lists'
import type { KeyLoadView } from '../schemas'
import { DepositHow } from './deposit-how'
import { KeyFiles } from './key-files'
import { KeyHistory } from './key-history'
import { LoadCard } from './load-card'

const MOVING_MS = 5_000
const REFRESH_MS = 30_000

/** How often to look again: sooner while a file is on its way. */
const beatOf = (load: KeyLoadView | undefined) =>
  load !== undefined && DELIVERABLE.includes(load.state as KeyFileState) ? MOVING_MS : REFRESH_MS

/** How far the keys of one terminal are. */
export function useKeyLoad(terminalId: () => string) {
  return useQuery(() => ({
    ...api.keyLoads.get.query({ terminalId: terminalId() }),
    refetchInterval: ({ state }) => beatOf(state.data),
  }))
}

/** The keys of a terminal as a tab of its page. */
export function KeysTab(props: { registered: { id: string } }) {
  const load = useKeyLoad(() => props.registered.id)
  return <TerminalKeys query={load} />
}

/** All that is known of one terminal's keys: state, files without their bytes, and every step. */
export function TerminalKeys(props: { query: ReturnType<typeof useKeyLoad> }) {
  return (
    <Answer isSteady query={props.query} lines={10}>
      {(load) => <Contents load={load()} />}
    </Answer>
  )
}

function Contents(props: { load: KeyLoadView }) {
  const { t } = useI18n()
  const queries = useQueryClient()
  // Files and steps would show what was for another half minute where the load has just come to rest.
  createEffect(
    on(
      () => JSON.stringify(props.load),
      () => {
        void queries.invalidateQueries({ queryKey: api.keyLoads.files.key() })
        void queries.invalidateQueries({ queryKey: api.keyLoads.history.key() })
      },
      { defer: true },
    ),
  )
  return (
    <div class="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div class="min-w-0 space-y-5">
        <LoadCard load={props.load} />
        <Show
          when={props.load.file}
          fallback={
            <div class="rounded-xl border border-line bg-surface">
              <DepositHow title={t('keys.how.ofTerminal')} serial={props.load.serial} />
            </div>
          }
        >
          <KeyFiles terminalId={props.load.terminalId} everyMs={beatOf(props.load)} />
        </Show>
      </div>
      <Card title={t('keys.page.history')} class="min-w-0">
        <KeyHistory terminalId={props.load.terminalId} everyMs={beatOf(props.load)} />
      </Card>
    </div>
  )
}
