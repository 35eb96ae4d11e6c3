import { Show } from 'solid-js'
import type { LiveState } from '../../../../app/live'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'

const DOTS: Record<Exclude<LiveState, 'off'>, string> = {
  connecting: 'bg-edge',
  live: 'bg-good animate-pulse',
  down: 'bg-danger',
  paused: 'bg-warn',
}

/** Whether what is shown changes by itself, said truthfully. */
export function LiveBadge(props: { state: LiveState }) {
  const { t } = useI18n()
  const shown = () => (props.state === 'off' ? undefined : props.state)
  return (
    <Show when={shown()}>
      {(state) => (
        <span
          role="status"
          title={t(`fleet.live.${state()}Text`)}
          class={classes(
            'inline-flex items-center gap-2 text-xs font-medium whitespace-nowrap',
            state() === 'down' ? 'text-danger' : 'text-muted',
          )}
        >
          <span aria-hidden="true" class={classes('size-2 rounded-full', DOTS[state()])} />
          {t(`fleet.live.${state()}`)}
        </span>
      )}
    </Show>
  )
}
