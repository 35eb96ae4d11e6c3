import { BUNDLE_FORMAT } from './schemas'

/** A file as far as it can be told without knowing what a bundle holds. */
type BundleText =
  /** Not a bundle: of a format only its depositor and the terminal know. */
  | { kind: 'opaque' }
  /** Says that it is a bundle, and cannot be read as JSON. */
  | { kind: 'broken' }
  | { kind: 'json'; value: unknown; isAmbiguous: boolean; hasLongNumber: boolean }

/** A text of JSON; with the colon behind it, where it is a name. */
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g
/** A number that holds the digits of a key; parsed it would lose them. */
const LONG_NUMBER = /\d{32}/

/** Pure: a file as JSON, where it names itself a bundle. */
export function readBundleText(bytes: Uint8Array): BundleText {
  const text = decode(bytes)
  if (text === undefined || !/^\s*\{/.test(text)) return { kind: 'opaque' }
  const value = parse(text)
  if (value === undefined)
    return text.includes(`"${BUNDLE_FORMAT}"`) ? { kind: 'broken' } : { kind: 'opaque' }
  let names = 0
  const between = text.replace(TEXT, (_text, colon: string | undefined) => {
    if (colon !== undefined) names += 1
    return '""'
  })
  // Readers differ in which of two equal names they take: what was checked here would not be what a terminal reads.
  const isAmbiguous = names !== countNames(value)
  // That holds for the name of the format, too: of two the last one decides here, and perhaps not there.
  if (!isBundle(value) && !(isAmbiguous && namesFormat(text))) return { kind: 'opaque' }
  return { kind: 'json', value, isAmbiguous, hasLongNumber: LONG_NUMBER.test(between) }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isBundle = (value: unknown) =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === BUNDLE_FORMAT

const namesFormat = (text: string) =>
  [...text.matchAll(TEXT)].some(([one, colon]) => colon === undefined && parse(one) === BUNDLE_FORMAT)

/** A bundle has no deeper places than `keys.3.slot`; what lies deeper keeps as much of its path as shows that. */
const DEEPEST = 4

interface Text {
  text: string
  path: readonly string[]
  isName: boolean
}

/** Each name and each text of a parsed value, with the place it stands at. Not recursive: how deep is the sender's choice. */
export function* textsOf(value: unknown): Generator<Text> {
  const open: [value: unknown, path: readonly string[]][] = [[value, []]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [one, path] = next
    if (typeof one === 'string') yield { text: one, path, isName: false }
    if (typeof one !== 'object' || one === null) continue
    for (const [name, inner] of Object.entries(one)) {
      if (!Array.isArray(one)) yield { text: name, path, isName: true }
      open.push([inner, path.length < DEEPEST ? [...path, name] : path])
    }
  }
}

function countNames(value: unknown): number {
  let count = 0
  for (const { isName } of textsOf(value)) if (isName) count += 1
  return count
}
