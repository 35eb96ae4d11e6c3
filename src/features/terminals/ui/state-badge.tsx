import { Badge, type Tone } from '../../../ui/badge'
import { useWord } from './words'

const TONES: Record<string, Tone> = {
  expected: 'info',
  active: 'good',
  suspended: 'warn',
  retired: 'neutral',
  revoked: 'danger',
}

/** Where a terminal stands in its life. */
export function StateBadge(props: { state: string }) {
  const word = useWord()
  return <Badge tone={TONES[props.state] ?? 'neutral'}>{word('state', props.state)}</Badge>
}
