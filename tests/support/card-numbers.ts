const hexOf = (text: string) => Buffer.from(text, 'latin1').toString('hex').toUpperCase()

/**
 * Where the middle of a number can still be read: as it is, in any grouping, in hexadecimal ASCII or as characters beside a
 * dump. For texts that hold no other digits like it.
 */
export function readableParts(text: string, ...pans: readonly string[]): string[] {
  const digits = text.replace(/[^0-9A-Za-z*]+/g, '').toUpperCase()
  return pans
    .map((pan) => pan.slice(3, -2))
    .flatMap((middle) => [middle, hexOf(middle)])
    .filter((part) => digits.includes(part))
}
