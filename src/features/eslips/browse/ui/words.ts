import { type I18n, useI18n } from '../../../../i18n'
import { amountText, SLIP_WORDS, type SlipFieldName, schemeName } from '../../receipt'

/** How slips are spoken of, in the language of whoever looks. */
export function useSlipWords() {
  return slipWordsIn(useI18n())
}

export function slipWordsIn({ locale }: Pick<I18n, 'locale'>) {
  const words = () => SLIP_WORDS[locale()]
  return {
    words,
    field: (name: SlipFieldName) => words().field[name],
    amount: (minor: number, currency: string) => amountText(minor, currency, locale()),
    card: ({ last4, scheme }: { last4: string | null; scheme: string | null }) =>
      [last4 === null ? undefined : `**** ${last4}`, scheme === null ? undefined : schemeName(scheme)]
        .filter((part) => part !== undefined)
        .join(' '),
  }
}
