export const LOCALES = ['ru', 'en'] as const
export type Locale = (typeof LOCALES)[number]

export const LOCALE_NAMES: Record<Locale, string> = { ru: 'Русский', en: 'English' }
export const LOCALE_COOKIE = 'psm_locale'

export const isLocale = (value: unknown): value is Locale => LOCALES.includes(value as Locale)

/**
 * The language of a visitor: what it chose before, else the first of ours in `Accept-Language` (RFC 9110 § 12.5.4; quality values are
 * read, sub-tags ignored), else English.
 */
export function localeOf(cookie: string | undefined, acceptLanguage: string | undefined): Locale {
  if (isLocale(cookie)) return cookie
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.find((one) => one.trim().startsWith('q='))?.split('=')[1]
      return {
        language: tag.split('-')[0]?.toLowerCase(),
        quality: quality === undefined ? 1 : Number(quality),
      }
    })
    .filter(({ language, quality }) => isLocale(language) && quality > 0)
    .sort((a, b) => b.quality - a.quality)
  const [first] = wanted
  return isLocale(first?.language) ? first.language : 'en'
}
