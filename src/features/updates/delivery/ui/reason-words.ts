import type { I18n, Values } from '../../../../i18n'
import { keyOfCode, platformsIn } from '../../../terminals/ui/words'
import type { Explanation } from '../schemas'

type Rule = Explanation['rules'][number]
export type ExplainedReason = Rule['reasons'][number]

const MOMENTS = new Set(['endsAt', 'at', 'startsAt', 'opensAt', 'until', 'offeredAt'])
const SIZES = new Set(['freeBytes', 'needsBytes'])

/** A reason as an operator reads it, its moments, sizes and codes in words. */
export function reasonWords({ code, values }: ExplainedReason, i18n: I18n): string {
  const { lookup, format } = i18n
  const platforms = platformsIn(i18n)
  const shown: Values = {}
  for (const [name, value] of Object.entries(values)) shown[name] = wordOf(name, value)
  return lookup(`updates.reason.${code}`, shown) ?? code

  function wordOf(name: string, value: string | number): string | number {
    if (value === '') return lookup('ui.none') ?? ''
    if (MOMENTS.has(name)) return format.stamp(value)
    if (SIZES.has(name)) return format.bytes(Number(value))
    if (typeof value === 'number') return format.number(value)
    if (code === 'wrong_platform') return platforms.nameOf(value)
    if (name === 'reason') return lookup(keyOfCode('reason', value)) ?? value
    if (name === 'state') return lookup(keyOfCode('state', value)) ?? value
    return value
  }
}
