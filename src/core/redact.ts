import { maskText } from './pan-guard'

/** What stands in place of a secret. */
export const CUT = '[cut]'

const SECRET_TEXT = /ps[tks]_[A-Za-z0-9_-]{8,}|(?<=bearer\s+)\S+/gi

/**
 * A text without our tokens, other bearers and card numbers.
 * @param acrossLines a card number may go on in the next line
 */
export function redactText(text: string, acrossLines = false): string {
  return maskText(text.replace(SECRET_TEXT, CUT), acrossLines).text
}
