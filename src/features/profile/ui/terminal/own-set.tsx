import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Card } from '../../../../ui/card'
import { LiveValue } from '../../../../ui/live-value'
import { TimeAgo } from '../../../../ui/time-ago'
import { setPath, terminalAppsPath } from '../../../apps/sets/ui/places'
import { setReasonWords } from '../../../apps/sets/ui/words'
import { OUTCOME_TONES } from '../../../updates/rules/ui/outcomes'

const REFRESH_MS = 15_000

/** The set of applications that a terminal has, and in short what becomes of it. */
export function OwnSet(props: { terminalId: string }) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const apps = useQuery(() => ({
    ...api.terminalApps.get.query({ terminalId: props.terminalId }),
    enabled: session.may('apps:read'),
    refetchInterval: REFRESH_MS,
  }))
  return (
    <Show when={apps.data}>
      {(known) => (
        <Card
          title={t('sets.one')}
          actions={
            <Show when={session.may('status:read')}>
              <A
                href={terminalAppsPath(props.terminalId)}
                class="rounded text-sm font-medium text-accent hover:underline"
              >
                {t('connections.allApps')}
              </A>
            </Show>
          }
        >
          <Show
            when={known().set}
            fallback={<p class="text-sm text-pretty text-muted">{t('sets.terminal.none')}</p>}
          >
            {(set) => (
              <div class="text-sm">
                <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <A
                    href={setPath(set().id)}
                    class="rounded text-base font-medium break-words text-accent hover:underline"
                  >
                    {set().name}
                  </A>
                  <Show when={known().decision}>
                    {(decision) => (
                      <LiveValue value={decision().outcome}>
                        <Badge tone={OUTCOME_TONES[decision().outcome]} hasDot>
                          {t(`sets.now.${decision().outcome}`)}
                        </Badge>
                      </LiveValue>
                    )}
                  </Show>
                </div>
                <For each={known().decision?.reasons.slice(0, 1)}>
                  {(reason) => <p class="mt-0.5 first-letter:uppercase">{setReasonWords(reason, i18n)}</p>}
                </For>
                <p class="mt-1 text-xs text-muted">
                  {makerWords(set().connectedBy, t)} · <TimeAgo at={set().connectedAt} />
                </p>
              </div>
            )}
          </Show>
        </Card>
      )}
    </Show>
  )
}
