import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { WarningNote } from '../../../../ui/warning-note'
import type { KeyLoadView } from '../schemas'
import { KeyStateBadge } from './badges'
import { AllowAgain } from './officer'
import { reasonWords, transportDiffers } from './words'

/** How far a terminal's keys are, what it means, and what somebody should see to. */
export function LoadCard(props: { load: KeyLoadView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const differs = () => transportDiffers(props.load)
  const notes = () => {
    const { alarm, suspendedAt, requestedAt } = props.load
    return [
      ...(alarm === null ? [] : [{ text: t(`keys.alarmMeaning.${alarm}`), isGrave: true }]),
      ...(suspendedAt === null ? [] : [{ text: t('keys.needMeaning.suspended'), isGrave: true }]),
      ...(differs()
        ? [
            {
              text: t('keys.page.transportDiffers', {
                reported: props.load.reportedTransportKeyKcv ?? '',
                registered: props.load.transportKeyKcv ?? '',
              }),
              isGrave: true,
            },
          ]
        : []),
      ...(requestedAt === null
        ? []
        : [{ text: t('keys.how.requested', { time: format.dateTime(requestedAt) }), isGrave: false }]),
    ]
  }
  const installed = () => {
    const { installedSequence, installedAt } = props.load
    if (installedSequence === null || installedAt === null) return null
    return t('keys.page.installedAs', {
      sequence: t('keys.sequenceOf', { sequence: format.number(installedSequence) }),
      time: format.dateTime(installedAt),
    })
  }
  return (
    <Card title={t('keys.page.load')} actions={<AllowAgain load={props.load} />}>
      <div role="status" class="flex flex-wrap items-start gap-x-3 gap-y-1 text-sm">
        <KeyStateBadge state={props.load.state} />
        <p class="min-w-0 flex-1 basis-60">
          {t(`keys.stateMeaning.${props.load.state}`)}
          <Show when={props.load.state === 'failed' && props.load.file?.reason}>
            {(reason) => <span class="font-medium text-danger"> {reasonWords(reason(), i18n)}.</span>}
          </Show>
          <Show when={props.load.file?.retryAt}>
            {(at) => <> {t('keys.page.retryAt', { time: format.dateTime(at()) })}</>}
          </Show>
        </p>
      </div>
      <Show when={notes().length > 0}>
        <ul aria-label={t('keys.fact.attention')} class="mt-4 space-y-2">
          <For each={notes()}>{(note) => <WarningNote text={note.text} isGrave={note.isGrave} />}</For>
        </ul>
      </Show>
      <Facts
        class="mt-5"
        facts={[
          {
            name: t('keys.fact.since'),
            value: props.load.stateAt === null ? null : format.dateTime(props.load.stateAt),
          },
          { name: t('keys.fact.installed'), value: installed() },
          { name: t('keys.fact.failures'), value: format.number(props.load.failures) },
          { name: t('keys.fact.transportRegistered'), value: props.load.transportKeyKcv },
          {
            name: t('keys.fact.transportReported'),
            value: props.load.reportedTransportKeyKcv && (
              <span class={differs() ? 'font-semibold text-danger' : ''}>
                {props.load.reportedTransportKeyKcv}
              </span>
            ),
          },
        ]}
      />
    </Card>
  )
}
