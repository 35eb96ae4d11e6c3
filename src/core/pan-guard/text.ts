import { maskBytes } from './stream'

/** The shortest number that any rule knows. Most texts of terminals are shorter. */
const FEWEST_DIGITS = 12
/** Twelve digits with a few other characters between any two, or a field that says what it holds: else no rule can apply. */
const WORTH_A_LOOK = /\p{N}(?:\P{N}{0,40}\p{N}){11}|cv[vc]|pin.?block|52["']?\s{0,3}[:=>]|9908[0-9a-f]{16}/iu
/** Margins of lines are as wide as the lines. */
const WORTH_A_LOOK_ACROSS =
  /\p{N}(?:\P{N}*\p{N}){11}|cv[vc]|pin.?block|52["']?\s{0,3}[:=>]|9908[0-9a-f]{16}/iu

export interface MaskedText {
  /** The same string object where nothing was found. */
  text: string
  hits: number
}

/**
 * Cuts card data in a text, by the same rules as a stream ({@link maskBytes}).
 * @param acrossLines a number may go on in the next line, as printers break it
 */
export function maskText(text: string, acrossLines = false): MaskedText {
  if (text.length < FEWEST_DIGITS && !/cv[vc]/i.test(text)) return { text, hits: 0 }
  if (!(acrossLines ? WORTH_A_LOOK_ACROSS : WORTH_A_LOOK).test(text)) return { text, hits: 0 }
  const { bytes, hits } = maskBytes(Buffer.from(text), acrossLines)
  return hits === 0 ? { text, hits } : { text: Buffer.from(bytes).toString('utf8'), hits }
}
