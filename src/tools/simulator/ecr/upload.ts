import { gzipSync } from 'node:zlib'
import { type Answer, ConnectionLost, type Send } from '../client'
import type { Persona } from '../persona'
import { chanceOf } from '../random'
import { ecrLog } from './log'

const DAY_MS = 86_400_000
const MOST_ATTEMPTS = 5
/** Of what comes in one request for a period: a month has a megabyte. */
const LONGEST_DAYS = 31

type SendFn = (method: string, path: string, more: Omit<Send, 'method' | 'path'>) => Promise<Answer>

/** A terminal's log of a period: the same for the same period, as if it were read from its flash. */
function logOf(persona: Persona, from: Date, to: Date): string {
  const { ecrProtocol: protocol, tid, serial } = persona
  if (protocol === undefined) return ''
  const first = new Date(Math.max(from.getTime(), to.getTime() - LONGEST_DAYS * DAY_MS))
  return [
    ...ecrLog(chanceOf(`log ${serial} ${first.toISOString()}`), { protocol, tid, from: first, to }),
  ].join('')
}

/** Russian tills write in the code pages of their time; UTF-8 is told from them by the terminal alone. */
const WAYS = [
  { charset: 'utf-8', isPacked: false },
  { charset: 'utf-8', isPacked: true },
  { charset: 'cp1251', isPacked: true },
  { charset: 'cp866', isPacked: false },
] as const

/**
 * Hands a log over as a terminal does: in its charset, packed or not, and goes on where the link broke.
 * @returns the status; undefined for a terminal without a cash register
 */
export async function uploadLog(
  send: SendFn,
  persona: Persona,
  log: { name: string; from: Date; to: Date; cut?: Send['cut'] },
): Promise<number | undefined> {
  if (persona.ecrProtocol === undefined) return undefined
  const way = WAYS[Math.floor(chanceOf(`way ${persona.serial}`)() * WAYS.length)] ?? WAYS[0]
  const text = encoded(logOf(persona, log.from, log.to), way.charset)
  const body = way.isPacked ? gzipSync(text) : text
  const query = new URLSearchParams({ from: log.from.toISOString(), to: log.to.toISOString() })
  const path = `/ecr-logs/${encodeURIComponent(log.name)}`
  const headers: Record<string, string> = {
    'Content-Type': `text/plain; charset=${way.charset}`,
    ...(way.isPacked ? { 'Content-Encoding': 'gzip' } : {}),
  }
  let { cut } = log
  let offset = 0
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await send('PUT', `${path}?${query}`, {
        body: body.subarray(offset),
        headers: offset === 0 ? headers : { ...headers, 'Upload-Offset': String(offset) },
        ...(cut === undefined ? {} : { cut }),
      })
      return answer.status
    } catch (error) {
      if (!(error instanceof ConnectionLost) || attempt === MOST_ATTEMPTS) throw error
      cut = undefined
      const told = Number((await send('HEAD', path, {})).headers['upload-offset'] ?? 0)
      // All of it means that it is kept: only the answer got lost. Sent again it is known.
      offset = told < body.length ? told : 0
    }
  }
}

const CYRILLIC_UPPER = 0x410
const CYRILLIC_LOWER = 0x430

/** Only what logs have: ASCII and Russian letters. */
function encoded(text: string, charset: string): Buffer {
  if (charset === 'utf-8') return Buffer.from(text)
  const isDos = charset === 'cp866'
  return Buffer.from(
    [...text].map((char) => {
      const code = char.codePointAt(0) ?? 0
      if (code < 0x80) return code
      if (code >= CYRILLIC_UPPER && code < CYRILLIC_UPPER + 64) {
        if (!isDos) return code - CYRILLIC_UPPER + 0xc0
        const low = code - CYRILLIC_LOWER
        return low < 16 ? code - CYRILLIC_UPPER + 0x80 : low - 16 + 0xe0
      }
      return 0x3f
    }),
  )
}
