import { mayHoldClearKey } from '../block/clear-key'
import { type Finding, finding } from './finding'
import { textsOf } from './json'

/** Where a key block belongs: the digits of a key, and nothing else. Blocks are hexadecimal by nature. */
const ONLY_A_KEY = /^\s*(?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})\s*$/i

const BLOCK = ['keys', undefined, 'block']
/** Places that may be named in an answer; the names of others are the depositor's, and could be what is looked for. */
const PLACES: readonly (readonly (string | undefined)[])[] = [
  BLOCK,
  ...['slot', 'type', 'kcv', 'kcvAlgorithm', 'wrappedBy', 'ksn', 'label', 'comment'].map((name) => [
    'keys',
    undefined,
    name,
  ]),
  ['keys', undefined],
  ...['serial', 'model', 'tid'].map((name) => ['terminal', name]),
  ...['kcv', 'kcvAlgorithm'].map((name) => ['transportKey', name]),
  ...['sequence', 'notAfter', 'label', 'comment', 'terminal', 'transportKey', 'keys'].map((name) => [name]),
]

const INDEX = /^\d{1,6}$/
const fits = (path: readonly string[], place: readonly (string | undefined)[]) =>
  place.every((name, at) => (name === undefined ? INDEX.test(path[at] ?? '') : name === path[at]))

/**
 * Pure: where a clear key or a component may stand in a bundle: in any text, or in the name of a field (PCI PIN 8-1).
 * @param serial of the terminal, which may look like a key and is none
 */
export function findClearKeys(value: unknown, serial: string): Finding[] {
  const places = new Set<string>()
  for (const { text, path, isName } of textsOf(value)) {
    if (text === serial) continue
    const isBlock = !isName && path.length === BLOCK.length && fits(path, BLOCK)
    if (isBlock ? !ONLY_A_KEY.test(text) : !mayHoldClearKey(text)) continue
    const place = PLACES.find((one) => fits(path, one))
    places.add(path.slice(0, place?.length ?? 0).join('.'))
  }
  return [...places].map((at) => finding('clear_key_suspected', at))
}
