import { Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { type I18n, useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Timeline } from '../../../../ui/timeline'
import { HALT_REASONS } from '../lists'
import type { RolloutDetails } from './live-rollout'
import { EVENT_TONES, haltWords } from './words'

type Event = RolloutDetails['events'][number]

const MOST = 100

/** What happened to a rollout, newest first, and by whom. */
export function RolloutEvents(props: { events: readonly Event[] }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Card>
      <Timeline
        entries={props.events.map((event) => ({
          id: event.id,
          at: event.at,
          tone: EVENT_TONES[event.what],
          title: titleOf(event, i18n),
          details: detailsOf(event, i18n),
        }))}
      />
      <Show when={props.events.length >= MOST}>
        <p class="mt-4 text-xs text-muted">{t('rollouts.page.eventsCut')}</p>
      </Show>
    </Card>
  )
}

function titleOf({ what, detail }: Event, { t, format }: I18n): string {
  if (what !== 'wave_opened') return t(`rollouts.event.${what}`)
  return t('rollouts.event.wave_opened', { wave: format.number(Number(detail.wave) + 1) })
}

function detailsOf({ what, detail, byName }: Event, i18n: I18n): string {
  const { t, tn } = i18n
  const by = makerWords(byName ?? t('rollouts.page.itself'), t)
  const code = HALT_REASONS.find((one) => one === detail.code)
  if (what === 'halted' && code !== undefined)
    return haltWords({ code, values: (detail.values ?? {}) as Record<string, number> }, i18n)
  if (typeof detail.terminals === 'number')
    return `${tn('rollouts.page.eventTerminals', detail.terminals)} · ${by}`
  return by
}
