import type { I18n } from '../../../../i18n'
import type { Fact } from '../../../../ui/facts'
import { keyOfCode } from '../../../terminals/ui/words'
import type { Conditions } from '../schemas'
import { windowWords } from './window-words'

/** When a terminal may take something, in words. */
export function conditionFacts(conditions: Omit<Conditions, 'mayDowngrade'>, i18n: I18n): Fact[] {
  const { t, lookup, format } = i18n
  const { window, networkTypes, minBatteryPercent, minFreeBytes, onlyWhenSettled } = conditions
  const none = t('rules.page.none')
  const atLeast = (value: string) => t('rules.page.atLeast', { value })
  return [
    { name: t('rules.fact.window'), value: windowWords(window, i18n) },
    {
      name: t('rules.fact.networks'),
      value: networkTypes?.map((type) => lookup(keyOfCode('network', type)) ?? type).join(', ') ?? none,
    },
    {
      name: t('rules.fact.battery'),
      value: minBatteryPercent === undefined ? none : atLeast(format.percent(minBatteryPercent / 100)),
    },
    {
      name: t('rules.fact.space'),
      value: minFreeBytes === undefined ? none : atLeast(format.bytes(minFreeBytes)),
    },
    {
      name: t('rules.fact.settled'),
      value: onlyWhenSettled ? t('rules.page.waitsForSettlement') : t('rules.page.noMatter'),
    },
  ]
}
