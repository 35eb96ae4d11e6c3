import { type Field, factNamed, isForeign, squeeze } from './keys'
import { LONGEST_VALUE, MOST_LINES } from './limits'

const COMMENT = /^(?:[;#]|\/\/)/
const SECTION = /^\[([^\]]{1,100})\]$/
const PAIR = /^([^=:]{1,100})[=:](.*)$/
const INLINE_COMMENT = /\s[;#].*$/
const QUOTED = /^"([^"]*)"|^'([^']*)'/

/**
 * Named values of a text of `key=value` or `key: value` lines, with or without `[sections]`. Lines that are neither
 * (a signature, a sentence) are passed over where at least one line tells a fact.
 * @param section the name the lines before the first section stand under
 * @returns undefined for text that is no such list
 */
export function readIniFields(text: string, section = ''): Field[] | undefined {
  const lines = text.split(/\r\n?|\n/, MOST_LINES + 1)
  if (lines.length > MOST_LINES) return undefined
  const fields: Field[] = []
  let parent = squeeze(section)
  let otherLines = 0
  for (const line of lines) {
    const content = line.length > LONGEST_VALUE ? line.slice(0, LONGEST_VALUE + 1) : line.trim()
    if (content === '' || COMMENT.test(content)) continue
    const heading = SECTION.exec(content)?.[1]
    const field = heading === undefined ? readPair(content, parent) : undefined
    if (heading !== undefined) parent = squeeze(heading)
    else if (field) fields.push(field)
    else otherLines += 1
  }
  const tellsFacts = fields.some((field) => factNamed(field.key, field.parent))
  const isList = fields.length > 0 && otherLines === 0
  return tellsFacts || isList ? fields.filter((field) => !isForeign(field.parent)) : undefined
}

function readPair(line: string, parent: string): Field | undefined {
  const pair = PAIR.exec(line)
  const key = squeeze(pair?.[1] ?? '')
  if (!pair || key === '' || line.length > LONGEST_VALUE) return undefined
  return { key, parent, value: unquoted((pair[2] ?? '').trim()) }
}

function unquoted(value: string): string {
  const quoted = QUOTED.exec(value)
  return quoted ? (quoted[1] ?? quoted[2] ?? '') : value.replace(INLINE_COMMENT, '').trim()
}
