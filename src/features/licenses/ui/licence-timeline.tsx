import { A } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { makerWords } from '../../../app/maker'
import { type I18n, useI18n } from '../../../i18n'
import { Card } from '../../../ui/card'
import { Timeline, type TimelineEntry } from '../../../ui/timeline'
import type { LicenceView } from '../schemas'
import { terminalPath } from './places'

interface Delivery {
  terminalId: string
  serial: string
  offeredAt: string | null
  fetchedAt: string | null
  fetchedCount: number
  acceptedAt: string | null
}

/** What happened to a licence: its coming and going, and its way to terminals. */
export function LicenceTimeline(props: { licence: LicenceView & { deliveries: readonly Delivery[] } }) {
  const i18n = useI18n()
  const { t } = i18n
  const entries = createMemo(() =>
    [...eventsOf(props.licence, i18n), ...props.licence.deliveries.flatMap((one) => stepsOf(one, i18n))].sort(
      (one, other) => other.at.localeCompare(one.at),
    ),
  )
  return (
    <Card title={t('license.page.timeline')}>
      <Show when={props.licence.deliveries.length === 0}>
        <p class="mb-4 text-sm text-muted">{t('license.page.noDelivery')}</p>
      </Show>
      <Timeline entries={entries()} />
    </Card>
  )
}

function eventsOf(licence: LicenceView, { t }: I18n): TimelineEntry[] {
  const { endedAt, state } = licence
  const name = makerWords(licence.endedBy ?? t('ui.none'), t)
  const end: TimelineEntry[] =
    endedAt === null || state === 'current'
      ? []
      : [
          {
            id: 'end',
            at: endedAt,
            title: t(state === 'deleted' ? 'license.page.deleted' : 'license.page.replaced', { name }),
            tone: state === 'deleted' ? 'danger' : 'warn',
          },
        ]
  const start = t('license.page.imported', { name: makerWords(licence.importedBy, t) })
  return [...end, { id: 'start', at: licence.importedAt, title: start, tone: 'neutral' }]
}

function stepsOf(delivery: Delivery, { t, tn }: I18n): TimelineEntry[] {
  const { terminalId, serial, fetchedCount } = delivery
  const title = (text: string): JSX.Element => (
    <A href={terminalPath(terminalId)} class="rounded hover:underline">
      {text}
    </A>
  )
  const step = (
    id: string,
    at: string | null,
    text: string,
    more: Partial<TimelineEntry> = {},
  ): TimelineEntry[] => (at === null ? [] : [{ id: `${id} ${terminalId}`, at, title: title(text), ...more }])
  return [
    ...step('accepted', delivery.acceptedAt, t('license.page.accepted', { serial }), { tone: 'good' }),
    ...step('fetched', delivery.fetchedAt, t('license.page.fetched', { serial }), {
      tone: 'accent',
      details: tn('license.page.fetchedTimes', fetchedCount),
    }),
    ...step('offered', delivery.offeredAt, t('license.page.offered', { serial })),
  ]
}
