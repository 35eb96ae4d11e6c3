import type { I18n } from '../../../../i18n'
import { KIND_FACTS } from '../../lists'
import type { MailError } from '../../mail/lists'
import type { AlertRuleView } from '../../schemas'

type Words = Pick<I18n, 't' | 'tn' | 'format'>

/** Where it is raised, and where it clears where that is another value; undefined where a kind has no threshold. */
export function thresholdWords(
  { kind, threshold, clearThreshold }: Pick<AlertRuleView, 'kind' | 'threshold' | 'clearThreshold'>,
  { t, tn, format }: Words,
): string | undefined {
  const facts = KIND_FACTS[kind].threshold
  if (facts === null || threshold === null) return undefined
  const { unit } = facts
  if (unit === 'days' || unit === 'runs') return tn(`alerts.rules.${unit}`, threshold)
  const value = format.number(threshold)
  return clearThreshold === null
    ? t(`alerts.rules.${unit}`, { value })
    : t('alerts.rules.span', {
        value: t(`alerts.rules.${unit}`, { value }),
        clear: t(`alerts.rules.${unit}`, { value: format.number(clearThreshold) }),
      })
}

export const mailErrorWords = (error: MailError, { t }: Pick<I18n, 't'>): string =>
  t(`alerts.mailError.${error}`)
