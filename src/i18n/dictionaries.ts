import { flatten } from '@solid-primitives/i18n'
import type { en } from './en'
import type { Locale } from './locales'

/** Texts by CLDR plural category; each language has the categories it needs. */
export type Plural = { one?: string; few?: string; many?: string; other: string }
type Shape<Words> = {
  [Key in keyof Words]: Words[Key] extends string
    ? string
    : Words[Key] extends Plural
      ? Plural
      : Shape<Words[Key]>
}
/** English is the shape of all dictionaries: a text that another language lacks does not compile. */
export type Dictionary = Shape<typeof en>

/** The paths of all members of a kind: texts, or plurals. */
type Paths<Words, Kind> = {
  [Key in keyof Words & string]: Words[Key] extends Kind
    ? Key
    : Words[Key] extends string | Plural
      ? never
      : `${Key}.${Paths<Words[Key], Kind>}`
}[keyof Words & string]
/** Every text by its path, such as `status.title`. */
export type TextKey = Paths<typeof en, string>
/** Every text that depends on a number. */
export type PluralKey = Paths<typeof en, Plural>

export type FlatDictionary = Readonly<Record<string, unknown>>

const loaded = new Map<Locale, FlatDictionary>()

/** The server has all languages from the start; a browser calls `loadDictionary` for the one it shows. */
export function provideDictionary(locale: Locale, words: Dictionary): void {
  loaded.set(locale, flatten(words as never) as FlatDictionary)
}

export async function loadDictionary(locale: Locale): Promise<void> {
  if (loaded.has(locale)) return
  provideDictionary(locale, locale === 'ru' ? (await import('./ru')).ru : (await import('./en')).en)
}

/** @throws Error where the language was neither provided nor loaded. */
export function dictionaryOf(locale: Locale): FlatDictionary {
  const known = loaded.get(locale)
  if (known === undefined) throw new Error(`The dictionary ${locale} is not loaded.`)
  return known
}
