import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import type { AlertSeverity, AlertState } from '../lists'
import { SEVERITY_TONES, STATE_TONES } from './words'

export function SeverityBadge(props: { severity: AlertSeverity }) {
  const { t } = useI18n()
  return <Badge tone={SEVERITY_TONES[props.severity]}>{t(`alerts.severity.${props.severity}`)}</Badge>
}

export function AlertStateBadge(props: { state: AlertState }) {
  const { t } = useI18n()
  return (
    <Badge hasDot tone={STATE_TONES[props.state]}>
      {t(`alerts.state.${props.state}`)}
    </Badge>
  )
}
