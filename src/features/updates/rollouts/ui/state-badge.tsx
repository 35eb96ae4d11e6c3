import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { LiveValue } from '../../../../ui/live-value'
import type { RolloutState } from '../lists'
import type { Counted } from './numbers'
import { COUNT_TONES, STATE_TONES } from './words'

export function RolloutStateBadge(props: { state: RolloutState }) {
  const { t } = useI18n()
  return (
    <LiveValue value={props.state}>
      <Badge tone={STATE_TONES[props.state]} hasDot>
        {t(`rollouts.state.${props.state}`)}
      </Badge>
    </LiveValue>
  )
}

/** Where one terminal stands; `excused` is a failure that does not count. */
export function TargetBadge(props: { state: Counted }) {
  const { t } = useI18n()
  return (
    <Badge tone={COUNT_TONES[props.state] ?? 'neutral'} hasDot>
      {t(`rollouts.target.${props.state}`)}
    </Badge>
  )
}
