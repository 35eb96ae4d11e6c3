import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import Square from 'lucide-solid/icons/square'
import { For } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import type { RolloutView } from '../schemas'
import { createRolloutCommands } from './commands'
import { type Command, offeredFor } from './offered'

const LOOKS = {
  pause: { icon: Pause, look: 'secondary' },
  resume: { icon: Play, look: 'primary' },
  retry: { icon: RotateCcw, look: 'secondary' },
  stop: { icon: Square, look: 'danger' },
} as const satisfies Record<Command, unknown>

/** The buttons that steer a rollout; only those that its state takes. */
export function Steering(props: { rollout: RolloutView }) {
  const { t } = useI18n()
  const { busy, run } = createRolloutCommands()
  return (
    <For each={offeredFor(props.rollout)}>
      {(command) => (
        <Button
          look={LOOKS[command].look}
          icon={<Dynamic component={LOOKS[command].icon} class="size-4" aria-hidden="true" />}
          isBusy={busy() === command}
          disabled={busy() !== undefined}
          onClick={() => run(command, props.rollout)}
        >
          {t(`rollouts.do.${command}`)}
        </Button>
      )}
    </For>
  )
}
