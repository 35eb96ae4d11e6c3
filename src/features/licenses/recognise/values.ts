import { Serial } from '../../terminals/schemas'
import { readDate } from './dates'
import type { FactName } from './facts'
import { squeeze } from './keys'

/** A platform as licence files may call it; compared without case and punctuation. */
export interface KnownPlatform {
  id: string
  aliases: readonly string[]
}

/** Platform ids by squeezed name. */
export type PlatformNames = ReadonlyMap<string, string>

export type FactReading = { value: string } | 'silent' | 'unreadable'

const NOTHING = new Set(['', '-', 'null', 'none', 'n/a'])
const NEVER_ENDS = new Set(
  [
    ['0', 'never', 'permanent', 'perpetual', 'unlimited', 'lifetime', 'forever', 'infinite'],
    ['bessrochno', 'bessrochnaya', 'bessrochnaja', 'бессрочно', 'бессрочная', 'не ограничено'],
  ].flat(),
)
const LABEL = /^[^\p{C}]{1,128}$/u
/** What a spreadsheet makes of a long serial number; the digits are lost. */
const SPREADSHEET_NUMBER = /^\d[.,]\d+E\+\d+$/i
/** `="00123"` and `'00123` are how people keep a spreadsheet from eating leading zeros. */
const SPREADSHEET_TEXT = /^="([^"]*)"$|^'([^']*)$/

/**
 * Reads one written value as the fact it is said to be. `silent`: nothing is said (empty, `null`, a licence that
 * never ends); `unreadable`: something is said that would have to be guessed.
 */
export function readFact(name: FactName, raw: string, platforms: PlatformNames): FactReading {
  const text = unwrapped(raw.trim())
  const lower = text.toLowerCase()
  if (NOTHING.has(lower)) return 'silent'
  if (name === 'validUntil' && NEVER_ENDS.has(lower)) return 'silent'
  const value = interpret(name, text, platforms)
  return value === undefined ? 'unreadable' : { value }
}

/** The platforms by every name a file may use, squeezed. */
export function platformNames(platforms: readonly KnownPlatform[]): PlatformNames {
  return new Map(
    platforms.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [squeeze(name), id] as const)),
  )
}

function interpret(name: FactName, text: string, platforms: PlatformNames): string | undefined {
  switch (name) {
    case 'serial':
      return SPREADSHEET_NUMBER.test(text) ? undefined : Serial.safeParse(text).data
    case 'platform':
      return platforms.get(squeeze(text))
    case 'issuedAt':
      return readDate(text, 'start')
    case 'validUntil':
      return readDate(text, 'end')
    case 'licId':
    case 'product':
      return LABEL.test(text) ? text : undefined
  }
}

function unwrapped(text: string): string {
  const quoted = SPREADSHEET_TEXT.exec(text)
  return quoted ? (quoted[1] ?? quoted[2] ?? '').trim() : text
}
