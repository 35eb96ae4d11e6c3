import {
  ambiguous,
  FACT_NAMES,
  type FactName,
  type FactWarning,
  type LicenceFacts,
  sameFact,
  unreadable,
} from './facts'
import { type Field, factNamed } from './keys'
import { type PlatformNames, readFact } from './values'

export interface Gathered {
  facts: LicenceFacts
  warnings: FactWarning[]
}

/**
 * Makes facts of named values. A fact with several different values is left out and reported, never guessed.
 * A platform may also stand as a model name, so an unknown one is no fault where another names a known platform.
 */
export function gatherFacts(fields: readonly Field[], platforms: PlatformNames): Gathered {
  const gathered: Gathered = { facts: {}, warnings: [] }
  const written = new Map<FactName, string[]>()
  for (const field of fields) {
    const name = factNamed(field.key, field.parent)
    if (!name) continue
    const values = written.get(name) ?? []
    values.push(field.value)
    written.set(name, values)
  }
  for (const name of FACT_NAMES) settle(gathered, name, written.get(name) ?? [], platforms)
  return gathered
}

function settle(
  gathered: Gathered,
  name: FactName,
  written: readonly string[],
  platforms: PlatformNames,
): void {
  const readings = written.map((value) => readFact(name, value, platforms))
  const values = new Set(readings.flatMap((reading) => (typeof reading === 'object' ? [reading.value] : [])))
  const [first] = values
  const agree = allAgree(name, [...values])
  if (first !== undefined && agree) gathered.facts[name] = first
  if (!agree) gathered.warnings.push(ambiguous(name))
  const isFault = name !== 'platform' || first === undefined
  if (isFault && readings.includes('unreadable')) gathered.warnings.push(unreadable(name))
}

/** More spellings than a file can have for a reason are a disagreement, and would be slow to compare in pairs. */
const MOST_SPELLINGS = 8

function allAgree(name: FactName, values: readonly string[]): boolean {
  if (values.length > MOST_SPELLINGS) return false
  return values.every((one) => values.every((other) => sameFact(name, one, other)))
}
