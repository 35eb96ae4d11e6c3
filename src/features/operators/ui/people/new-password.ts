/** Without what is mistaken for something else when it is read out or written by hand: 0 O 1 l I. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const GROUPS = 4
const GROUP_LENGTH = 5

/** A password of four groups of five letters: more than a hundred bits. */
export function newPassword(): string {
  const groups = Array.from({ length: GROUPS }, () => Array.from({ length: GROUP_LENGTH }, letter).join(''))
  return groups.join('-')
}

/** Each as likely as any other: bytes that would favour some are thrown away. */
function letter(): string {
  const limit = 256 - (256 % LETTERS.length)
  for (;;) {
    const byte = crypto.getRandomValues(new Uint8Array(1))[0] ?? 255
    if (byte < limit) return LETTERS.charAt(byte % LETTERS.length)
  }
}
