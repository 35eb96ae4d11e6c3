import type { I18n, Values } from '../../../../i18n'
import { keyOfCode, platformsIn } from '../../../terminals/ui/words'
import type { ReasonCode } from '../lists'

export interface ShownReason {
  code: ReasonCode
  values: Record<string, string | number>
}

const MOMENTS = new Set(['endsAt', 'at', 'startsAt', 'opensAt', 'until', 'offeredAt'])
const SIZES = new Set(['freeBytes', 'needsBytes'])

/** A reason as an operator reads it, its moments, sizes and codes in words. */
export function reasonWords({ code, values }: ShownReason, i18n: I18n): string {
  return i18n.lookup(`updates.reason.${code}`, shownValues(code, values, i18n)) ?? code
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
