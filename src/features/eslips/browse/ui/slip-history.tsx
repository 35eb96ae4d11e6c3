import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Timeline } from '../../../../ui/timeline'
import type { SlipEvent } from '../../export/schemas'

const TONES = {
  received: 'good',
  pulled: 'accent',
  downloaded: 'accent',
  notified: 'accent',
  archived: 'neutral',
} as const

/** What became of a slip, newest first. */
export function SlipHistory(props: { history: readonly SlipEvent[] }) {
  const { t } = useI18n()
  const entries = () =>
    [...props.history]
      .sort((one, other) => other.at.localeCompare(one.at))
      .map((event, index) => ({
        id: String(index),
        at: event.at,
        title: t(`slips.page.history_${event.kind}`, {
          by: event.by ?? t('ui.none'),
          format: event.format?.toUpperCase() ?? '',
        }),
        tone: TONES[event.kind],
      }))
  return (
    <Card title={t('slips.page.history')}>
      <Timeline entries={entries()} />
    </Card>
  )
}
