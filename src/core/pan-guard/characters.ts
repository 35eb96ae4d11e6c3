/** What a character is to a card number. Digits are 0 to 9. */
export const LETTER = 10
export const BLANK = 11
/** The x that people type between groups. */
export const CROSS = 12
export const OTHER = 13

/** What a byte of ASCII is; a line's end counts as OTHER and is looked at before. */
const ASCII = Uint8Array.from({ length: 128 }, (_, byte) => kindOfAscii(byte))

function kindOfAscii(byte: number): number {
  const char = String.fromCharCode(byte)
  if (/[0-9]/.test(char)) return byte - 48
  if (/[xX]/.test(char)) return CROSS
  if (/[A-Za-z]/.test(char)) return LETTER
  return /\s/.test(char) ? BLANK : OTHER
}

export const asciiKind = (byte: number): number => ASCII[byte] as number

/** Of bytes that begin a character: how many belong to it (RFC 3629). */
export function widthAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number
  const width = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1
  for (let next = 1; next < width; next++) {
    if (((bytes[at + next] as number) & 0xc0) !== 0x80) return 1
  }
  return width
}

/** What the character beyond ASCII is that begins here. Bytes that are not UTF-8 are OTHER. */
export function kindAt(bytes: Uint8Array, at: number, width: number): number {
  if (width === 1) return OTHER
  const code = codeAt(bytes, at, width)
  // Cyrillic, and what receipts are framed with: the commonest by far.
  if (code >= 0x400 && code <= 0x47f) return LETTER
  if (code >= 0x2500 && code <= 0x25ff) return OTHER
  if (code === 0xd7) return CROSS
  const char = String.fromCodePoint(code)
  const digit = digitOf(char)
  if (digit !== undefined) return digit
  if (/[\p{L}\p{N}]/u.test(char)) return LETTER
  return /\s/.test(char) ? BLANK : OTHER
}

function codeAt(bytes: Uint8Array, at: number, width: number): number {
  const lead = bytes[at] as number
  let code = width === 2 ? lead & 0x1f : width === 3 ? lead & 0x0f : lead & 0x07
  for (let next = 1; next < width; next++) code = (code << 6) | ((bytes[at + next] as number) & 0x3f)
  // Halves of pairs and what lies beyond Unicode are no characters.
  return (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff ? 0xfffd : code
}

const IS_DIGIT = /^\p{Nd}$/u

/** The value of a digit of any script, also of full width, raised or in a circle. */
function digitOf(char: string): number | undefined {
  if (!/\p{N}/u.test(char)) return undefined
  const plain = char.normalize('NFKC')
  if (/^[0-9]$/.test(plain)) return Number(plain)
  if (!IS_DIGIT.test(char)) return undefined
  // Digits of a script follow one another from its zero, and sets of ten follow one another.
  const code = char.codePointAt(0) as number
  let zero = code
  while (IS_DIGIT.test(String.fromCodePoint(zero - 1))) zero--
  return (code - zero) % 10
}
