import { resolveTemplate } from '@solid-primitives/i18n'
import { dictionaryOf, provideDictionary } from '../../src/i18n/dictionaries'
import { en } from '../../src/i18n/en'
import { formatOf } from '../../src/i18n/format'
import type { Locale } from '../../src/i18n/locales'
import { ru } from '../../src/i18n/ru'
import type { Plural } from '../../src/i18n/shape'
import type { Words } from '../../src/ui/form/validation'

/** The words of a language without a page around them. */
export function wordsOf(locale: Locale): Words {
  provideDictionary('en', en)
  provideDictionary('ru', ru)
  const texts = dictionaryOf(locale)
  const rules = new Intl.PluralRules(locale)
  const format = formatOf(locale)
  const lookup: Words['lookup'] = (key, values) => {
    const text = texts[key]
    return typeof text === 'string' ? resolveTemplate(text, values) : undefined
  }
  return {
    locale: () => locale,
    format,
    lookup,
    t: (key, values) => lookup(key, values) ?? key,
    tn(key, count) {
      const forms = texts[key] as Plural
      return resolveTemplate(forms[rules.select(count) as keyof Plural] ?? forms.other, {
        count: format.number(count),
      })
    },
  }
}
