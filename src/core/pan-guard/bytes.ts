/** A letter beyond F. */
const OTHER_LETTER = 0x20
const NO_WORD = 0x40

/** Values of hexadecimal digits. */
export const NIBBLES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
  if (/[0-9A-Fa-f]/.test(char)) return Number.parseInt(char, 16)
  return /[G-Zg-z]/.test(char) ? OTHER_LETTER : NO_WORD
})

export const isDigitByte = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39

/** True for hexadecimal digits of ASCII. */
export const isHexByte = (byte: number | undefined): boolean =>
  byte !== undefined && (NIBBLES[byte] as number) < OTHER_LETTER

/** True for letters and digits of ASCII. */
export const isWordByte = (byte: number | undefined): boolean =>
  byte !== undefined && (NIBBLES[byte] as number) < NO_WORD
