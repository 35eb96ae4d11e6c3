import { FACT_NAMES, type FactName } from './facts'

/** Templates of file names that issuers are known to use, most telling first. */
export const DEFAULT_FILE_NAME_TEMPLATES = [
  '{platform}-{serial}-{licId}-{validUntil}.*',
  '{platform}_{serial}_{licId}_{validUntil}.*',
  '{serial}_{platform}_{licId}_{validUntil}.*',
  '{platform}_{serial}_{licId}.*',
  '{platform}-{serial}-{licId}.*',
  '{serial}_{licId}_{validUntil}.*',
  '{platform}/{serial}_{licId}.*',
  '{serial}_{licId}.*',
  '{platform}/{serial}.*',
  '{serial}.lic',
] as const

export type PatternPart =
  | { kind: 'text'; text: string }
  | { kind: 'any' }
  /** `borders`: the characters around the field in the template, at which a serial number or product ends. */
  | { kind: 'field'; name: FactName; borders: string }

export interface FileNamePattern {
  template: string
  parts: readonly PatternPart[]
}

export type PatternProblem =
  | 'too_long'
  | 'unknown_field'
  | 'repeated_field'
  | 'unclosed_field'
  | 'fields_touch'
  | 'too_many_wildcards'
  | 'no_field'
  | 'forbidden_character'

export interface CompiledPatterns {
  patterns: FileNamePattern[]
  problems: { template: string; code: PatternProblem }[]
}

const LONGEST_TEMPLATE = 200
const MOST_WILDCARDS = 4
const PIECE = /\{([^{}]*)\}|(\*)|([^{}*]+)|([{}])/g
const FORBIDDEN = /[\p{Cc}\\?"<>|]/u

/**
 * Compiles templates of file names, in the order they are tried. A template is literal text (compared without case),
 * `*` for any run of characters, `/` for a folder, and the fields `{serial}`, `{platform}`, `{licId}`, `{product}`,
 * `{issuedAt}`, `{validUntil}`, each once and kept apart by literal text: `{serial}_{licId}.lic`.
 * @returns the good ones, and for each bad one its first problem
 */
export function compileFileNamePatterns(templates: readonly string[]): CompiledPatterns {
  const compiled: CompiledPatterns = { patterns: [], problems: [] }
  for (const template of templates) {
    const parts = parse(template)
    const code = typeof parts === 'string' ? parts : problemOf(parts)
    if (code) compiled.problems.push({ template, code })
    else if (typeof parts !== 'string') compiled.patterns.push({ template, parts: withBorders(parts) })
  }
  return compiled
}

function parse(template: string): PatternPart[] | PatternProblem {
  if (template.length > LONGEST_TEMPLATE) return 'too_long'
  if (FORBIDDEN.test(template)) return 'forbidden_character'
  const parts: PatternPart[] = []
  for (const [, field, wildcard, text] of template.matchAll(PIECE)) {
    const name = FACT_NAMES.find((known) => known === field)
    if (wildcard) parts.push({ kind: 'any' })
    else if (text) parts.push({ kind: 'text', text: text.normalize('NFC').toLowerCase() })
    else if (name) parts.push({ kind: 'field', name, borders: '' })
    else return field === undefined ? 'unclosed_field' : 'unknown_field'
  }
  return parts
}

function problemOf(parts: readonly PatternPart[]): PatternProblem | undefined {
  const names = parts.flatMap((part) => (part.kind === 'field' ? [part.name] : []))
  if (names.length === 0) return 'no_field'
  if (new Set(names).size < names.length) return 'repeated_field'
  const wildcards = parts.filter((part) => part.kind === 'any').length
  if (wildcards > MOST_WILDCARDS) return 'too_many_wildcards'
  const touch = parts.some((part, at) => at > 0 && part.kind !== 'text' && parts[at - 1]?.kind !== 'text')
  return touch ? 'fields_touch' : undefined
}

function withBorders(parts: readonly PatternPart[]): PatternPart[] {
  return parts.map((part, at) => {
    if (part.kind !== 'field') return part
    const [before, after] = [parts[at - 1], parts[at + 1]]
    const left = before?.kind === 'text' ? before.text.slice(-1) : ''
    const right = after?.kind === 'text' ? after.text.slice(0, 1) : ''
    return { ...part, borders: left + right }
  })
}
