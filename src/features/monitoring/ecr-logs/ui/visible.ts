interface Piece {
  text: string
  isFound: boolean
  /** Signs in place of bytes that cannot be shown. */
  isControl: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]+/

/** STX, ETX and their like as signs of their own (Unicode, Control Pictures). */
function visible(text: string): string {
  return [...text]
    .map((char) => {
      const code = char.charCodeAt(0)
      return code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code)
    })
    .join('')
}

/** A row's text in pieces: what is looked for, control characters made visible, and the rest. */
export function piecesOf(text: string, found: string): Piece[] {
  const pieces: Piece[] = []
  const wanted = found.toLowerCase()
  const lower = text.toLowerCase()
  let at = 0
  while (wanted !== '' && lower.length === text.length) {
    const next = lower.indexOf(wanted, at)
    if (next === -1) break
    pieces.push(...plain(text.slice(at, next)))
    pieces.push({ text: text.slice(next, next + wanted.length), isFound: true, isControl: false })
    at = next + wanted.length
  }
  pieces.push(...plain(text.slice(at)))
  return pieces
}

function plain(text: string): Piece[] {
  const pieces: Piece[] = []
  let rest = text
  for (let match = CONTROLS.exec(rest); match !== null; match = CONTROLS.exec(rest)) {
    if (match.index > 0) pieces.push({ text: rest.slice(0, match.index), isFound: false, isControl: false })
    pieces.push({ text: visible(match[0]), isFound: false, isControl: true })
    rest = rest.slice(match.index + match[0].length)
  }
  if (rest !== '') pieces.push({ text: rest, isFound: false, isControl: false })
  return pieces
}
