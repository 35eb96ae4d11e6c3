import type { I18n, TextKey } from '../../../i18n'
import { platformsIn } from '../../terminals/ui/words'

export type Fact = 'serial' | 'platform' | 'licId' | 'product' | 'issuedAt' | 'validUntil'
export const FACTS: readonly Fact[] = ['serial', 'platform', 'licId', 'product', 'issuedAt', 'validUntil']

export function factName(fact: string, { t, lookup }: I18n): string {
  return lookup(`license.fact.${fact}`) ?? t('license.fact.format')
}

/** A fact of a licence as people read it: platforms by name, ends and issues as days of UTC, for that is what licences say. */
export function factValue(fact: string, value: string, i18n: I18n): string {
  if (fact === 'platform') return platformsIn(i18n).nameOf(value)
  return fact === 'issuedAt' || fact === 'validUntil' ? dayOf(value, i18n) : value
}

const WHOLE_DAY = /T(?:00:00:00\.000|23:59:59\.\d{3})Z$/

/** A day without a time is a day of UTC wherever one looks from; any other instant is shown in the own zone. */
export function dayOf(instant: string, { format }: Pick<I18n, 'format'>): string {
  if (!WHOLE_DAY.test(instant)) return format.dateTime(instant)
  const [year = 0, month = 1, day = 1] = instant.slice(0, 10).split('-').map(Number)
  return format.date(new Date(year, month - 1, day))
}

/** Words for where a fact comes from; nothing for a source nobody knows. */
export function sourceWords(source: string | undefined, { lookup }: I18n): string | undefined {
  return source === undefined ? undefined : lookup(`license.source.${source}`)
}

export function warningWords(code: string, { lookup }: I18n): string {
  return lookup(`license.warning.${code}`) ?? code
}

/** Why a file was not taken: by a code of its own, or one of a refusal. */
export function reasonWords(code: string, { t, lookup }: I18n): string {
  return lookup(`license.reason.${code}`) ?? lookup(`errors.${code}`) ?? t('ui.error.unknown')
}

export function stateKey(state: 'current' | 'replaced' | 'deleted'): TextKey {
  return `license.state.${state}`
}
