import type { I18n, Values } from '../../../../i18n'
import { keyOfCode, platformsIn } from '../../../terminals/ui/words'
import { COUNTS_ALL, type ReasonCode } from '../lists'

export interface ShownReason {
  code: ReasonCode
  values: Record<string, string | number>
}

const MOMENTS = new Set(['endsAt', 'at', 'startsAt', 'opensAt', 'until', 'offeredAt'])
const SIZES = new Set(['freeBytes', 'needsBytes'])

/** A reason as an operator reads it, its moments, sizes and codes in words. */
export function reasonWords({ code, values }: ShownReason, i18n: I18n): string {
  const shown = shownValues(code, values, i18n)
  return withinWords({ code, values }, i18n) ?? i18n.lookup(`updates.reason.${code}`, shown) ?? code
}

/** Of what rollouts decide by all terminals, as it is told to who sees a part of them; undefined where more is known. */
export function withinWords(
  { code, values }: { code: string; values: ShownReason['values'] },
  i18n: I18n,
): string | undefined {
  const ofAll = COUNTS_ALL[code]
  if (ofAll === undefined || values[ofAll] !== undefined) return undefined
  return i18n.lookup(`updates.reasonWithin.${code}`, shownValues(code, values, i18n))
}

/** The values of a reason in words. */
export function shownValues(code: string, values: ShownReason['values'], i18n: I18n): Values {
  const shown: Values = {}
  for (const [name, value] of Object.entries(values)) shown[name] = valueWords(code, name, value, i18n)
  return shown
}

/** One value of a reason in words, such as a moment or the name of a network. */
export function valueWords(code: string, name: string, value: string | number, i18n: I18n) {
  const { lookup, format } = i18n
  if (value === '') return lookup('ui.none') ?? ''
  if (MOMENTS.has(name)) return format.stamp(value)
  if (SIZES.has(name)) return format.bytes(Number(value))
  if (typeof value === 'number') return format.number(value)
  if (code === 'wrong_platform') return platformsIn(i18n).nameOf(value)
  if (code === 'wrong_network')
    return value
      .split(', ')
      .map((one) => lookup(keyOfCode('network', one)) ?? one.toUpperCase())
      .join(', ')
  if (name === 'reason') return lookup(keyOfCode('reason', value)) ?? value
  if (name === 'state') return lookup(keyOfCode('state', value)) ?? value
  return value
}
