import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge, type Tone } from '../../../../ui/badge'
import { useWord } from '../../../terminals/ui/words'
import type { Connectivity } from '../lists'

const TONES: Record<Connectivity, Tone> = { online: 'good', late: 'warn', lost: 'danger', never: 'neutral' }

/** How well a terminal is heard. Nobody waits for one that is out of service. */
export function ConnectivityBadge(props: { connectivity: Connectivity; state: string }) {
  const { t } = useI18n()
  const word = useWord()
  return (
    <Show
      when={!['retired', 'revoked'].includes(props.state)}
      fallback={<span class="text-muted">{t('ui.none')}</span>}
    >
      <Badge hasDot tone={TONES[props.connectivity]}>
        {word('connectivity', props.connectivity)}
      </Badge>
    </Show>
  )
}
