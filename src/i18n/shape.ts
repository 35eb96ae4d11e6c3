import type { en } from './en'

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
