import { type Field, isForeign, squeeze } from './keys'
import { DEEPEST_NESTING, LONGEST_VALUE, MOST_FIELDS } from './limits'

interface Token {
  kind: '{' | '[' | 'close' | 'key' | 'value'
  text: string
}

interface Place {
  key: string
  parent: string
  isForeign: boolean
}

type Container = Place & { isObject: boolean }

/**
 * Named values of a JSON text, read from the text and not from the parsed tree: the tree loses the first of two equal
 * keys and the last digits of long numbers.
 * @param label the name of the outermost value
 * @returns undefined for text that is no JSON, or nested too deep, or with too many values
 */
export function readJsonFields(text: string, label = ''): Field[] | undefined {
  if (!isJson(text)) return undefined
  const fields: Field[] = []
  const open: Container[] = []
  let key = squeeze(label)
  for (const token of tokens(text)) {
    const place = placeOf(open.at(-1), key)
    if (token.kind === 'key') key = squeeze(token.text)
    else if (token.kind === 'close') open.pop()
    else if (token.kind !== 'value') open.push(containerAt(place, token.kind === '{'))
    else if (isTelling(place, token.text))
      fields.push({ key: place.key, parent: place.parent, value: token.text })
    if (open.length > DEEPEST_NESTING || fields.length > MOST_FIELDS) return undefined
  }
  return fields
}

/** What the next value is called: in an object by its key, in an array by the name of the array. */
function placeOf(inside: Container | undefined, key: string): Place {
  if (!inside) return { key, parent: '', isForeign: false }
  return inside.isObject ? { key, parent: inside.key, isForeign: inside.isForeign } : inside
}

function containerAt(place: Place, isObject: boolean): Container {
  return { ...place, isForeign: place.isForeign || isForeign(place.key), isObject }
}

function isTelling(place: Place, value: string): boolean {
  return !place.isForeign && place.key !== '' && value.length <= LONGEST_VALUE
}

/** Tokens of valid JSON but for `true`, `false` and `null`, which tell nothing. */
function* tokens(text: string): Generator<Token> {
  const separators = /[\s,]+/y
  const colon = /\s*:/y
  const word = /[^\s,\]}]+/y
  for (let at = 0; at < text.length; ) {
    const sign = text[at] ?? ''
    let end = at + 1
    if (sign === '{' || sign === '[') yield { kind: sign, text: sign }
    else if (sign === '}' || sign === ']') yield { kind: 'close', text: sign }
    else if (sign === '"') {
      end = stringEnd(text, at)
      const string = JSON.parse(text.slice(at, end)) as string
      const colonEnd = matchEnd(colon, text, end)
      yield { kind: colonEnd > end ? 'key' : 'value', text: string }
      end = colonEnd
    } else if (/[\s,]/.test(sign)) end = matchEnd(separators, text, at)
    else {
      end = matchEnd(word, text, at)
      if (/[-\d]/.test(sign)) yield { kind: 'value', text: text.slice(at, end) }
    }
    at = end
  }
}

/** Where a sticky pattern that matches at `at` ends, or `at`. */
function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Position after the closing quote of the string that opens at `start` of valid JSON. */
function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote + 1
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0
  while (text[quote - 1 - backslashes] === '\\') backslashes += 1
  return backslashes % 2 === 1
}
