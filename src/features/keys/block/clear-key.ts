/** Double-length, triple-length and AES keys have 32, 48 or 64 digits; whatever is longer holds one. */
const DIGITS = 32
/** As printed on component letters: groups of equal length, one separator. A UUID has other groups. */
const GROUPS = [2, 4, 8, 16].map((size) => {
  const group = `[0-9a-f]{${size}}`
  return `(?<![0-9a-f])${group}([ :._-])(?:${group}\\1){${DIGITS / size - 2}}${group}(?![0-9a-f])`
})
const CLEAR_KEY = new RegExp(`[0-9a-f]{${DIGITS}}`, 'i')
const CLEAR_KEY_IN_GROUPS = GROUPS.map((group) => new RegExp(group, 'i'))

/** Pure: a text in which a clear key or a component may stand: 32 hexadecimal digits or more in a row, or in groups. */
export function mayHoldClearKey(text: string): boolean {
  return CLEAR_KEY.test(text) || CLEAR_KEY_IN_GROUPS.some((groups) => groups.test(text))
}
