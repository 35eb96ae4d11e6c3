import type { Direction } from './lists'

/** Longer lines are several rows: somebody's line may have the length of the log. */
export const MOST_ROW_BYTES = 4_096
const LF = 0x0a

/** Of each row the byte behind it. A row ends with its line, or where it is as long as a row may be. */
export function rowEndsOf(bytes: Uint8Array): number[] {
  const ends: number[] = []
  for (let from = 0; from < bytes.length; ) {
    const lineEnd = bytes.indexOf(LF, from)
    const end = lineEnd === -1 ? bytes.length : lineEnd + 1
    while (end - from > MOST_ROW_BYTES) {
      from = charStart(bytes, from + MOST_ROW_BYTES)
      ends.push(from)
    }
    ends.push(end)
    from = end
  }
  return ends
}

/** No character is cut in two. */
function charStart(bytes: Uint8Array, at: number): number {
  let start = at
  while (at - start < 3 && ((bytes[start] as number) & 0xc0) === 0x80) start--
  return start
}

/** The rows as texts, without the ends of their lines. */
export function rowsOf(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let from = 0
  return rowEndsOf(bytes).map((end) => {
    const text = buffer.toString('utf8', from, end)
    from = end
    return text.replace(/\r?\n$/, '')
  })
}

const ISO = /(?<!\d)(20\d\d)-(\d\d)-(\d\d)[T ](\d\d:\d\d:\d\d)(?!\d)/
const RUSSIAN = /(?<!\d)(\d\d)\.(\d\d)\.(20\d\d)[ T](\d\d:\d\d:\d\d)(?!\d)/
const LONGEST_PREFIX = 120

/** When a row says it was written: the wall clock of who wrote it, `2026-11-27T10:00:00`; undefined where it says nothing. */
export function timeOf(row: string): string | undefined {
  const start = row.slice(0, LONGEST_PREFIX)
  const iso = ISO.exec(start)
  if (iso !== null) return `${iso[1]}-${iso[2]}-${iso[3]}T${iso[4]}`
  const russian = RUSSIAN.exec(start)
  return russian === null ? undefined : `${russian[3]}-${russian[2]}-${russian[1]}T${russian[4]}`
}

const REQUEST = /->|>>|=>|→|(?<![\p{L}\d])(?:TX|REQ|REQUEST|SEND|ЗАПРОС)(?![\p{L}\d])/iu
const ANSWER = /<-|<<|<=|←|(?<![\p{L}\d])(?:RX|RESP|RESPONSE|ANSWER|RECV|ОТВЕТ)(?![\p{L}\d])/iu

/** Who speaks in each of these rows. What has no time of its own belongs to the row before, as the lines of a dump do. */
export function directionsOf(rows: readonly string[]): (Direction | null)[] {
  let last: Direction | null = null
  return rows.map((row) => {
    const own = directionOf(row)
    if (own !== null || timeOf(row) !== undefined) last = own
    return last
  })
}

function directionOf(row: string): Direction | null {
  const start = row.slice(0, LONGEST_PREFIX)
  const request = start.search(REQUEST)
  const answer = start.search(ANSWER)
  if (request === -1 && answer === -1) return null
  return answer === -1 || (request !== -1 && request < answer) ? 'request' : 'answer'
}
