import { resolveTemplate } from '@solid-primitives/i18n'
import { createContext, createMemo, createSignal, type JSX, onCleanup, untrack, useContext } from 'solid-js'
import { isServer } from 'solid-js/web'
import { dictionaryOf, loadRooms, missingRoomOf, onRoom, roomsAskedFor } from './dictionaries'
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
  const format = createMemo(() => formatOf(locale()))
  const plurals = createMemo(() => new Intl.PluralRules(locale()))
  const [come, setCome] = createSignal(0)
  if (!isServer) onCleanup(onRoom(() => setCome(untrack(come) + 1)))
  /** What stands at the path. Of a room that nobody foresaw nothing, until it has come; whoever reads it is told then. */
  const at = (key: string): unknown => {
    const found = dictionaryOf(locale())[key]
    const missing = found === undefined ? missingRoomOf(locale(), key) : undefined
    if (missing !== undefined) {
      come()
      loadRooms(locale(), [missing]).catch(() => {})
    }
    return found
  }
  const lookup = (key: string, values?: Values) => {
    const text = at(key)
    return typeof text === 'string' ? resolveTemplate(text, values) : undefined
  }
  /** A key is shown where it has no text, not while its text is on its way. */
  const instead = (key: string) => (missingRoomOf(locale(), key) === undefined ? key : '')
  const i18n: I18n = {
    locale,
    async setLocale(next) {
      await loadRooms(next, roomsAskedFor(locale()))
      rememberChoice(LOCALE_COOKIE, next)
      document.documentElement.lang = next
      show(next)
    },
    t: (key, values) => lookup(key, values) ?? instead(key),
    tn(key, count, values) {
      const forms = at(key) as Plural | undefined
      if (forms === undefined) return instead(key)
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
