import { z } from 'zod'

/** What nobody sees, and what changes the order in which a name reads: `gnp.exe` may show as `exe.png`. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** A name that people give, and others trust when they read it: groups, sets, rules, operators. Names from before stay. */
export const nameText = (maxCharacters: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxCharacters)
    .refine((text) => !HIDDEN.test(text), {
      error: 'a name has no invisible characters, nor any that change the direction of reading; type it anew',
      params: { words: 'ui.validation.hiddenCharacters' },
    })
