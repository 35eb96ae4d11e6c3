import { maskText } from './pan-guard'

/** What stands in place of a secret. */
export const CUT = '[cut]'

/** Tokens of ours, of others, and enrolment codes (tokens.ts). */
const SECRET_TEXT =
  /ps[tks]_[A-Za-z0-9_-]{8,}|(?<=bearer\s+)\S+|(?<![0-9A-Z])(?:[2-9A-HJKMNP-TV-Z]{5}-){4}[2-9A-HJKMNP-TV-Z]{5}(?![0-9A-Z])/gi

/** A quick look that spares most texts the long one. */
const MAY_HOLD_SECRET = /ps[tks]_|bearer|-[2-9A-Z]{5}-/i

/**
 * A text without our tokens, other bearers and card numbers.
 * @param acrossLines a card number may go on in the next line
 */
export function redactText(text: string, acrossLines = false): string {
  return redactCounted(text, acrossLines).text
}

/** The same, and how many card numbers were cut. */
export function redactCounted(text: string, acrossLines = false): { text: string; hits: number } {
  const open = MAY_HOLD_SECRET.test(text) ? text.replace(SECRET_TEXT, CUT) : text
  return maskText(open, acrossLines)
}
