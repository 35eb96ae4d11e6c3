import BatteryCharging from 'lucide-solid/icons/battery-charging'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { LiveValue } from '../../../../ui/live-value'
import { useWord } from '../../../terminals/ui/words'
import type { Vitals } from '../schemas'
import { clockTone, freeTone, type LevelTone, signalLevel } from './levels'

/** Vitals come as the terminal sent them; the server has checked their shape. */
export const vitalsOf = (row: { vitals?: unknown }): Vitals => (row.vitals ?? {}) as Vitals

const COLORS: Record<LevelTone, string> = { good: '', warn: 'text-warn', danger: 'text-danger' }
const BARS = [1, 2, 3, 4] as const
const HEIGHTS = { 1: 'h-1', 2: 'h-2', 3: 'h-3', 4: 'h-4' }

/** Strength of the radio, as bars and in dBm. */
export function Signal(props: { dbm: number | undefined }) {
  const { t, format } = useI18n()
  const bar = (one: (typeof BARS)[number]) =>
    classes('w-1 rounded-sm', HEIGHTS[one], one <= signalLevel(props.dbm ?? -200) ? 'bg-accent' : 'bg-line')
  return (
    <Show when={props.dbm !== undefined} fallback={t('ui.none')}>
      <LiveValue value={props.dbm}>
        <span class="inline-flex items-center gap-2 whitespace-nowrap">
          <span aria-hidden="true" class="flex items-end gap-0.5">
            <For each={BARS}>{(one) => <span class={bar(one)} />}</For>
          </span>
          {t('fleet.unit.dbm', { value: format.number(props.dbm ?? 0) })}
        </span>
      </LiveValue>
    </Show>
  )
}

const LOW_PERCENT = 15

export function Battery(props: { battery: Vitals['battery'] }) {
  const { t, format } = useI18n()
  const isLow = () => (props.battery?.percent ?? 100) < LOW_PERCENT && !props.battery?.charging
  return (
    <Show when={props.battery?.percent !== undefined} fallback={t('ui.none')}>
      <LiveValue value={props.battery?.percent}>
        <span class={classes('inline-flex items-center gap-1.5 whitespace-nowrap', isLow() && 'text-danger')}>
          {format.percent((props.battery?.percent ?? 0) / 100)}
          <Show when={props.battery?.charging}>
            <BatteryCharging class="size-4 text-good" aria-label={t('fleet.vitals.charging')} />
          </Show>
        </span>
      </LiveValue>
    </Show>
  )
}

export function FreeSpace(props: { bytes: number | undefined }) {
  const { t, format } = useI18n()
  return (
    <Show when={props.bytes !== undefined} fallback={t('ui.none')}>
      <LiveValue value={props.bytes}>
        <span class={classes('whitespace-nowrap', COLORS[freeTone(props.bytes ?? 0)])}>
          {format.bytes(props.bytes ?? 0)}
        </span>
      </LiveValue>
    </Show>
  )
}

/** How far the terminal's clock is off: fast or slow, in the two largest units. */
export function ClockError(props: { skewMs: number | null }) {
  const { t, format } = useI18n()
  const words = () => {
    const ms = props.skewMs ?? 0
    if (Math.abs(ms) < 1000) return t('fleet.clock.exact')
    const span = format.duration(Math.abs(ms) / 1000)
    return t(ms > 0 ? 'fleet.clock.fast' : 'fleet.clock.slow', { span })
  }
  return (
    <Show when={props.skewMs !== null} fallback={t('ui.none')}>
      <LiveValue value={words()}>
        <span class={classes('whitespace-nowrap', COLORS[clockTone(props.skewMs ?? 0)])}>{words()}</span>
      </LiveValue>
    </Show>
  )
}

export function Printer(props: { state: string | null | undefined }) {
  const { t } = useI18n()
  const word = useWord()
  return (
    <Show when={props.state} fallback={t('ui.none')}>
      {(state) => (
        <LiveValue value={state()}>
          <span class={state() === 'ok' ? '' : 'text-warn'}>{word('printer', state())}</span>
        </LiveValue>
      )}
    </Show>
  )
}

/** Kind of network and who runs it. */
export function Network(props: {
  network: { type?: string | undefined; operator?: string | undefined } | null | undefined
}) {
  const { t } = useI18n()
  const word = useWord()
  const words = () =>
    [props.network?.type && word('network', props.network.type), props.network?.operator]
      .filter(Boolean)
      .join(' · ')
  return <LiveValue value={words()}>{words() || t('ui.none')}</LiveValue>
}
