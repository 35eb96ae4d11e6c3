import { readDate } from './dates'
import { FACT_NAMES, type FactName, type LicenceFacts } from './facts'
import type { FileNamePattern, PatternPart } from './file-name-pattern'
import { squeeze } from './keys'
import type { PlatformNames } from './values'

export interface FileNameReading {
  facts: LicenceFacts
  /** True when the name can be read in more than one way; then there are no facts. */
  isAmbiguous: boolean
}

const LONGEST_NAME = 255
const LONGEST_FIELD = 64
const SERIAL = /^[A-Za-z0-9][A-Za-z0-9.-]*$/
const LIC_ID = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?$/u
const PRODUCT = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}])?$/u
const DATE = /^(?:\d{4}-\d\d-\d\d|\d{8}|\d\d\.\d\d\.\d{4})$/

/**
 * Reads facts from a file name by the first pattern that fits. A pattern with folders looks at as many folders before
 * the name. Fields: a serial number has letters, digits, dots and dashes with at least one digit, and none of the
 * characters that stand next to it in the template; a platform is the longest known name; a date is `YYYY-MM-DD`,
 * `YYYYMMDD` or `DD.MM.YYYY`.
 */
export function readFileName(
  fileName: string,
  patterns: readonly FileNamePattern[],
  platforms: PlatformNames,
): FileNameReading {
  const segments = fileName.normalize('NFC').split(/[/\\]/)
  for (const pattern of patterns) {
    const name = segments.slice(-1 - foldersOf(pattern)).join('/')
    const readings = name.length > LONGEST_NAME ? [] : readingsOf(name, pattern, platforms)
    const [facts, another] = readings
    if (another) return { facts: {}, isAmbiguous: true }
    if (facts) return { facts, isAmbiguous: false }
  }
  return { facts: {}, isAmbiguous: false }
}

function foldersOf(pattern: FileNamePattern): number {
  return pattern.parts.reduce(
    (count, part) => count + (part.kind === 'text' ? part.text.split('/').length - 1 : 0),
    0,
  )
}

/**
 * Up to two different readings of the name. What follows each (part, position) is worked out once, so the work is
 * bounded by parts × length², however many wildcards there are.
 */
function readingsOf(name: string, pattern: FileNamePattern, platforms: PlatformNames): LicenceFacts[] {
  const known = new Map<string, LicenceFacts[]>()
  const from = (partAt: number, at: number): LicenceFacts[] => {
    const place = `${partAt}:${at}`
    const readings = known.get(place) ?? work(partAt, at)
    known.set(place, readings)
    return readings
  }
  const work = (partAt: number, at: number): LicenceFacts[] => {
    const part = pattern.parts[partAt]
    if (!part) return at === name.length ? [{}] : []
    if (part.kind === 'text') {
      const end = at + part.text.length
      return name.slice(at, end).toLowerCase() === part.text ? from(partAt + 1, end) : []
    }
    const readings: LicenceFacts[] = []
    for (const step of steps(part, name, at, platforms)) {
      for (const rest of from(partAt + 1, step.end)) keepDifferent(readings, { ...step.fact, ...rest })
      if (readings.length > 1) break
    }
    return readings
  }
  return from(0, 0)
}

interface Step {
  end: number
  fact: LicenceFacts
}

/** Every way a wildcard or field can go on from `at`. */
function* steps(
  part: Exclude<PatternPart, { kind: 'text' }>,
  name: string,
  at: number,
  platforms: PlatformNames,
): Generator<Step> {
  if (part.kind === 'any') {
    yield { end: at, fact: {} }
    for (let end = at + 1; end <= name.length && name[end - 1] !== '/'; end += 1) yield { end, fact: {} }
    return
  }
  // From the longest down, so that a platform is its longest name.
  for (let end = Math.min(name.length, at + LONGEST_FIELD); end > at; end -= 1) {
    const value = fieldValue(part.name, name.slice(at, end), part.borders, platforms)
    if (value === undefined) continue
    yield { end, fact: { [part.name]: value } }
    if (part.name === 'platform') return
  }
}

function fieldValue(
  field: FactName,
  text: string,
  borders: string,
  platforms: PlatformNames,
): string | undefined {
  const meetsBorder = [...borders].some((border) => text.toLowerCase().includes(border))
  switch (field) {
    case 'serial':
      return SERIAL.test(text) && /\d/.test(text) && !meetsBorder ? text : undefined
    case 'product':
      return PRODUCT.test(text) && !meetsBorder ? text : undefined
    case 'licId':
      return LIC_ID.test(text) ? text : undefined
    case 'platform':
      return /^[\p{L}\p{N}].*[\p{L}\p{N}]$/u.test(text) ? platforms.get(squeeze(text)) : undefined
    case 'issuedAt':
      return DATE.test(text) ? readDate(text, 'start') : undefined
    case 'validUntil':
      return DATE.test(text) ? readDate(text, 'end') : undefined
  }
}

function keepDifferent(readings: LicenceFacts[], reading: LicenceFacts): void {
  const isKnown = readings.some((one) => FACT_NAMES.every((name) => one[name] === reading[name]))
  if (!isKnown) readings.push(reading)
}
