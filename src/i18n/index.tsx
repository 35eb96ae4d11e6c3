import { resolveTemplate } from '@solid-primitives/i18n'
import { createContext, createMemo, createSignal, type JSX, useContext } from 'solid-js'
import { dictionaryOf, loadDictionary } from './dictionaries'
import { type Format, formatOf } from './format'
import { LOCALE_COOKIE, type Locale } from './locales'
import { rememberChoice } from './remember'
import type { Plural, PluralKey, TextKey } from './shape'

export { LOCALE_NAMES, LOCALES, type Locale } from './locales'
export type { PluralKey, TextKey } from './shape'

export type Values = Record<string, string | number>

export interface I18n {
  locale(): Locale
  /** Shows everything in another language at once, without a reload, and remembers it for a year. */
  setLocale(locale: Locale): Promise<void>
  t(key: TextKey, values?: Values): string
  /** A text that depends on a number, given to it as `{{ count }}`. */
  tn(key: PluralKey, count: number, values?: Values): string
  /** A text whose key is only known at run time, such as an error's code; undefined where there is none. */
  lookup(key: string, values?: Values): string | undefined
  readonly format: Format
}

const Context = createContext<I18n>()

export function I18nProvider(props: { locale: Locale; children: JSX.Element }) {
  const [locale, show] = createSignal(props.locale)
  const words = createMemo(() => dictionaryOf(locale()))
  const format = createMemo(() => formatOf(locale()))
  const plurals = createMemo(() => new Intl.PluralRules(locale()))
  const lookup = (key: string, values?: Values) => {
    const text = words()[key]
    return typeof text === 'string' ? resolveTemplate(text, values) : undefined
  }
  const i18n: I18n = {
    locale,
    async setLocale(next) {
      await loadDictionary(next)
      rememberChoice(LOCALE_COOKIE, next)
      document.documentElement.lang = next
      show(next)
    },
    t: (key, values) => lookup(key, values) ?? key,
    tn(key, count, values) {
      const forms = words()[key] as Plural
      const text = forms[plurals().select(count) as keyof Plural] ?? forms.other
      return resolveTemplate(text, { count: format().number(count), ...values })
    },
    lookup,
    get format() {
      return format()
    },
  }
  return <Context.Provider value={i18n}>{props.children}</Context.Provider>
}

/** Texts and formats in the visitor's language. */
export function useI18n(): I18n {
  const i18n = useContext(Context)
  if (i18n === undefined) throw new Error('useI18n needs an I18nProvider above.')
  return i18n
}
