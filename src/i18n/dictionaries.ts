import { flatten } from '@solid-primitives/i18n'
import type { Locale } from './locales'
import type { Dictionary } from './shape'

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
