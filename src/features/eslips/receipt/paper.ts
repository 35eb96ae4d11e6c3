/** Columns of the usual roll of 57 mm. Printed lines may be wider, up to those of 80 mm in a small type. */
export const COLUMNS = 32
export const MOST_COLUMNS = 64

export interface ReceiptLine {
  /** Without what only moves a printer's head. A large one is centred and half as many columns wide. */
  text: string
  look: 'plain' | 'strong' | 'large'
}

/** Columns of a text: one for each character, as in a type of one width. */
export function columnsOf(text: string): number {
  return [...text].length
}

/**
 * A printed line as characters that show: a tab is a space, what steers printers, terminals or the direction of writing
 * is left out.
 */
export function visibleOf(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
}

/** Cuts a text into lines of at most `columns`, between words where there are some. Nothing but spaces is lost. */
export function wrap(text: string, columns: number = COLUMNS): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) <= columns) {
      line += ` ${word}`
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = cut(word, columns)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  return line === '' ? lines : [...lines, line]
}

/** Cuts a text after every `columns` characters, as a printer does. */
export function cut(text: string, columns: number): string[] {
  const characters = [...text]
  const pieces = []
  for (let at = 0; at < characters.length; at += columns)
    pieces.push(characters.slice(at, at + columns).join(''))
  return pieces.length === 0 ? [''] : pieces
}

export function centred(text: string, columns: number = COLUMNS): string {
  return ' '.repeat(Math.max(0, Math.floor((columns - columnsOf(text)) / 2))) + text
}

export function toTheRight(text: string): string {
  return ' '.repeat(Math.max(0, COLUMNS - columnsOf(text))) + text
}

/** A name at the left edge and its value at the right one; on lines of their own where they do not fit beside one another. */
export function pair(name: string, value: string): string[] {
  const gap = COLUMNS - columnsOf(name) - columnsOf(value)
  if (gap >= 1) return [name + ' '.repeat(gap) + value]
  return [...wrap(name), ...wrap(value).map(toTheRight)]
}
