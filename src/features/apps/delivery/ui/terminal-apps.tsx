import { A } from '@solidjs/router'
import Plug from 'lucide-solid/icons/plug'
import Unplug from 'lucide-solid/icons/unplug'
import { createSignal, For, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { LiveValue } from '../../../../ui/live-value'
import { TimeAgo } from '../../../../ui/time-ago'
import { TerminalActions } from '../../../actions/ui/terminal-actions'
import { createConnectionCommands } from '../../../profile/ui/connect/commands'
import { ConnectDialog } from '../../../profile/ui/connect/connect-dialog'
import { OUTCOME_TONES } from '../../../updates/rules/ui/outcomes'
import type { TerminalApps } from '../../sets/schemas'
import { ConnectionHistory } from '../../sets/ui/connection-history'
import { setPath } from '../../sets/ui/places'
import { setReasonWords } from '../../sets/ui/words'
import { AppTable } from './app-table'

/** While something is on its way it is asked for often. */
const MOVING_MS = 5_000
const REFRESH_MS = 15_000

const isMoving = (known: TerminalApps | undefined) =>
  known?.decision?.outcome === 'offered' || known?.decision?.outcome === 'underway'

/** Applications of one terminal: what it has, what its set wants, what comes of it and why, and what was before. */
export function TerminalAppsTab(props: { registered: { id: string; serial: string } }) {
  const { t } = useI18n()
  const session = useSession()
  const known = useQuery(() => ({
    ...api.terminalApps.get.query({ terminalId: props.registered.id }),
    refetchInterval: (query) => (isMoving(query.state.data) ? MOVING_MS : REFRESH_MS),
  }))
  return (
    <Answer isSteady query={known} lines={8} class="max-w-3xl">
      {(apps) => (
        <div class="space-y-5">
          <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <div class="min-w-0 space-y-5">
              <SetCard apps={apps()} serial={props.registered.serial} />
              <Card title={t('sets.terminal.apps')}>
                <AppTable apps={apps()} />
              </Card>
            </div>
            <ConnectionHistory terminalId={props.registered.id} />
          </div>
          <Show when={session.may('actions:read')}>
            <section>
              <h2 class="mb-3 font-semibold">{t('sets.terminal.actions')}</h2>
              <TerminalActions
                registered={props.registered}
                kind="apps"
                none={t('sets.terminal.noActions')}
              />
            </section>
          </Show>
        </div>
      )}
    </Answer>
  )
}

/** Which set it has, since when, and what that comes to. */
function SetCard(props: { apps: TerminalApps; serial: string }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const commands = createConnectionCommands()
  const [isConnecting, setConnecting] = createSignal(false)
  const set = () => props.apps.set
  return (
    <Card
      title={t('sets.one')}
      actions={
        <Show when={session.may('apps:write')}>
          <div class="flex flex-wrap gap-2">
            <Button
              size="small"
              icon={<Plug class="size-4" aria-hidden="true" />}
              onClick={() => setConnecting(true)}
            >
              {t(set() === null ? 'sets.terminal.connect' : 'sets.terminal.change')}
            </Button>
            <Show when={set()}>
              {(own) => (
                <Button
                  size="small"
                  look="danger"
                  icon={<Unplug class="size-4" aria-hidden="true" />}
                  onClick={() => void commands.disconnect(props.apps.terminalId, props.serial, own().name)}
                >
                  {t('connections.do.disconnect')}
                </Button>
              )}
            </Show>
          </div>
        </Show>
      }
    >
      <Show when={set()} fallback={<p class="text-sm text-pretty text-muted">{t('sets.terminal.none')}</p>}>
        {(own) => (
          <div class="text-sm">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
              <A
                href={setPath(own().id)}
                class="rounded text-base font-medium break-words text-accent hover:underline"
              >
                {own().name}
              </A>
              <Show when={props.apps.decision}>
                {(decision) => (
                  <LiveValue value={decision().outcome}>
                    <Badge tone={OUTCOME_TONES[decision().outcome]} hasDot>
                      {t(`sets.now.${decision().outcome}`)}
                    </Badge>
                  </LiveValue>
                )}
              </Show>
              <span class="digits text-muted">
                {own().revision === own().newestRevision
                  ? t('sets.page.revision', { revision: format.number(own().revision) })
                  : t('sets.terminal.behind', {
                      revision: format.number(own().revision),
                      newest: format.number(own().newestRevision),
                    })}
              </span>
            </div>
            <p class="mt-0.5 text-muted">
              {t('sets.fact.connected')}: {makerWords(own().connectedBy, t)} ·{' '}
              <TimeAgo at={own().connectedAt} />
            </p>
            <Show when={props.apps.decision}>
              {(decision) => (
                <>
                  <ul class="mt-3 list-disc space-y-0.5 pl-5 marker:text-muted">
                    <For each={decision().reasons}>
                      {(reason) => (
                        <li class="text-pretty first-letter:uppercase">{setReasonWords(reason, i18n)}</li>
                      )}
                    </For>
                  </ul>
                  <Show when={decision().recheckAt}>
                    {(at) => (
                      <p class="mt-1 text-muted">
                        {t('updates.explain.recheck', { at: format.stamp(at()) })}
                      </p>
                    )}
                  </Show>
                </>
              )}
            </Show>
          </div>
        )}
      </Show>
      <Show when={isConnecting()}>
        <ConnectDialog
          terminalId={props.apps.terminalId}
          serial={props.serial}
          onClose={() => setConnecting(false)}
        />
      </Show>
    </Card>
  )
}
