import { Badge, type Tone } from '../../../../ui/badge'
import { useWord } from '../../../terminals/ui/words'
import type { Connectivity } from '../schemas'

const TONES: Record<Connectivity, Tone> = { online: 'good', late: 'warn', lost: 'danger', never: 'neutral' }

/** How well a terminal is heard. */
export function ConnectivityBadge(props: { connectivity: Connectivity }) {
  const word = useWord()
  return (
    <Badge hasDot tone={TONES[props.connectivity]}>
      {word('connectivity', props.connectivity)}
    </Badge>
  )
}
