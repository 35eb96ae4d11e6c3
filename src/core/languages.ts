/** Languages that documents for people are written in: headings of CSV, receipts. */
export const LANGUAGES = ['en', 'ru'] as const
export type Language = (typeof LANGUAGES)[number]
