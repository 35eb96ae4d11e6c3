import type { I18n, Values } from '../../../../i18n'
import type { Tone } from '../../../../ui/badge'
import { keyOfCode } from '../../../terminals/ui/words'
import { type RolloutEvent, type RolloutState, SILENT, type TargetState, type WaveCounts } from '../lists'
import type { RolloutView } from '../schemas'
import { COUNTED, type Counted } from './numbers'

/** States in colours; words stand beside them everywhere. */
export const STATE_TONES: Record<RolloutState, Tone> = {
  running: 'accent',
  paused: 'warn',
  halted: 'danger',
  finished: 'good',
  stopped: 'neutral',
}
/** Without a colour: nothing has come of them yet, or nothing will. */
export const COUNT_TONES: Partial<Record<Counted, Tone>> = {
  succeeded: 'good',
  active: 'info',
  excused: 'warn',
  failed: 'danger',
}
export const EVENT_TONES: Record<RolloutEvent, 'neutral' | 'good' | 'warn' | 'danger' | 'accent'> = {
  started: 'accent',
  wave_opened: 'accent',
  halted: 'danger',
  finished: 'good',
  paused: 'warn',
  resumed: 'accent',
  stopped: 'neutral',
  retried: 'warn',
}

type Words = Pick<I18n, 'lookup' | 'format'>

/** Why a rollout halted, with its numbers as far as the caller is told them; waves are counted from 1 by people. */
export function haltWords(
  { code, values }: Pick<NonNullable<RolloutView['reason']>, 'code' | 'values'>,
  { lookup, format }: Words,
): string {
  const shown: Values = {}
  for (const [name, value] of Object.entries(values)) {
    if (name === 'percent') shown.percent = percentWords(value, { format })
    else shown[name] = format.number(name === 'wave' ? value + 1 : value)
  }
  const within = values.of === undefined ? lookup(`rollouts.haltWithin.${code}`, shown) : undefined
  return within ?? lookup(`rollouts.halt.${code}`, shown) ?? code
}

/**
 * Why a terminal is where it is, in the words of the explanation. Some codes are both results of terminals and reasons of
 * decisions: who has failed, or waits for its next try, told them itself.
 */
export function targetReasonWords(
  { state, reason, hasTried }: { state: TargetState; reason: string; hasTried: boolean },
  { lookup }: Words,
): string {
  if (reason === SILENT) return lookup('rollouts.silent') ?? reason
  const told = lookup(keyOfCode('reason', reason))
  const decided = lookup(`rules.why.${reason}`) ?? lookup(`sets.short.${reason}`)
  const words = state === 'failed' || hasTried ? (told ?? decided) : (decided ?? told)
  return words ?? reason
}

/** A percentage as people write it, 95 as "95 %". */
export const percentWords = (percent: number, { format }: Pick<I18n, 'format'>) =>
  format.percent(percent / 100)

/** All counts that are not zero, such as "Succeeded: 82, Failed: 3". */
export function countsWords(counts: WaveCounts, { t, format }: Pick<I18n, 't' | 'format'>): string {
  return COUNTED.filter((name) => counts[name] > 0)
    .map((name) =>
      t('rollouts.count', { what: t(`rollouts.target.${name}`), count: format.number(counts[name]) }),
    )
    .join(', ')
}
