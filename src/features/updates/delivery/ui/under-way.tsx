import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Card } from '../../../../ui/card'
import { LiveValue } from '../../../../ui/live-value'
import { ProgressBar } from '../../../../ui/progress-bar'
import { TimeAgo } from '../../../../ui/time-ago'
import { ACTION_TONES, type Action, broughtWords } from '../../../actions/ui/terminal-actions'
import { useWord } from '../../../terminals/ui/words'

const OPEN: readonly string[] = ['offered', 'downloading', 'downloaded', 'installed']

export const isUnderWay = ({ state }: Pick<Action, 'state'>) => OPEN.includes(state)

/** Updates that are on offer or being taken, with how far they are. */
export function UnderWay(props: { actions: readonly Action[] }) {
  const { t, format } = useI18n()
  const word = useWord()
  return (
    <Card title={t('updates.terminal.underway')}>
      <Show
        when={props.actions.length > 0}
        fallback={<p class="text-sm text-muted">{t('updates.terminal.nothingUnderway')}</p>}
      >
        <ul class="space-y-4 text-sm">
          <For each={props.actions}>
            {(action) => {
              const share = () => (action.progressPercent ?? 0) / 100
              const isMoving = () => action.state === 'downloading' && action.progressPercent !== null
              return (
                <li>
                  <div class="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
                    <span class="digits font-medium break-words">{broughtWords(action)}</span>
                    <LiveValue value={action.state}>
                      <Badge tone={ACTION_TONES[action.state]} hasDot>
                        {word('actionState', action.state)}
                      </Badge>
                    </LiveValue>
                  </div>
                  <Show when={isMoving()}>
                    <div class="mt-2 flex items-center gap-3">
                      <ProgressBar
                        class="flex-1"
                        label={t('updates.terminal.progress', { name: broughtWords(action) })}
                        value={share()}
                        words={format.percent(share())}
                      />
                      <span class="digits text-xs text-muted">{format.percent(share())}</span>
                    </div>
                  </Show>
                  <p class="mt-1 text-xs text-muted">
                    {action.rule} · {t('updates.terminal.since')} {format.stamp(action.stateAt)} (
                    <TimeAgo at={action.stateAt} />)
                  </p>
                </li>
              )
            }}
          </For>
        </ul>
      </Show>
    </Card>
  )
}
