import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { LiveValue } from '../../../../ui/live-value'
import type { KeyLoadState } from '../../lists'
import type { KeyLoadView } from '../schemas'
import { batchPath, keysPath } from './places'
import { STATE_TONES } from './words'

/** How far a file, or a terminal's newest one, is. */
export function KeyStateBadge(props: { state: KeyLoadState }) {
  const { t } = useI18n()
  return (
    <LiveValue value={props.state}>
      <Badge tone={STATE_TONES[props.state] ?? 'neutral'} hasDot>
        <span title={t(`keys.stateMeaning.${props.state}`)}>{t(`keys.state.${props.state}`)}</span>
      </Badge>
    </LiveValue>
  )
}

/** What of a terminal's keys needs somebody; a stopped delivery that is the alarm itself is said once. */
export function NeedBadges(props: { load: KeyLoadView }) {
  const { t } = useI18n()
  return (
    <span class="inline-flex flex-wrap gap-1.5 empty:hidden max-sm:justify-end">
      <Show when={props.load.alarm}>
        {(alarm) => (
          <Badge tone="danger">
            <span title={t(`keys.alarmMeaning.${alarm()}`)}>{t(`keys.alarm.${alarm()}`)}</span>
          </Badge>
        )}
      </Show>
      <Show when={props.load.suspendedAt !== null && props.load.alarm !== 'delivery_suspended'}>
        <Badge tone="danger">
          <span title={t('keys.needMeaning.suspended')}>{t('keys.need.suspended')}</span>
        </Badge>
      </Show>
      <Show when={props.load.requestedAt}>
        <Badge tone="warn">
          <span title={t('keys.needMeaning.requested')}>{t('keys.need.requested')}</span>
        </Badge>
      </Show>
    </span>
  )
}

const CHIPS_SHOWN = 3

/** Check values as chips, each with its slot; more than fit lead to the terminal's page. */
export function KcvChips(props: { terminalId: string; kcvs: readonly { slot: string; kcv: string }[] }) {
  const { t } = useI18n()
  const more = () => props.kcvs.length - CHIPS_SHOWN
  return (
    <Show when={props.kcvs.length > 0} fallback={<span class="text-muted">{t('ui.none')}</span>}>
      <span class="inline-flex max-w-full flex-wrap items-center gap-1 max-sm:justify-end">
        <For each={props.kcvs.slice(0, CHIPS_SHOWN)}>
          {({ slot, kcv }) => (
            <span class="inline-flex max-w-full gap-1.5 rounded bg-raised px-1.5 py-0.5 text-xs">
              <span class="truncate text-muted">{slot}</span>
              <span class="digits font-medium">{kcv}</span>
            </span>
          )}
        </For>
        <Show when={more() > 0}>
          <A href={keysPath(props.terminalId)} class="rounded text-xs text-accent hover:underline">
            {t('ui.andMore', { count: more() })}
          </A>
        </Show>
      </span>
    </Show>
  )
}

/** A batch's name, which leads to its terminals. */
export function BatchLink(props: { batch: string | null }) {
  const { t } = useI18n()
  return (
    <Show when={props.batch} fallback={<span class="text-muted">{t('ui.none')}</span>}>
      {(batch) => (
        <A href={batchPath(batch())} class="inline-block rounded break-words hover:underline sm:min-w-28">
          {batch()}
        </A>
      )}
    </Show>
  )
}
