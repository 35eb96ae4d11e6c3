import { DEFAULT_KEY_POLICY, type KeyPolicy } from '../../src/features/keys/block/policy'
import { type Expected, readBundle } from '../../src/features/keys/bundle/read'
import { type DemoKey, TDES_KEYS } from './key-blocks'

/** Files as a key system would deposit them for one terminal, and how they are answered. */
export const NOW = new Date('2026-11-27T12:00:00Z')
export const ADDRESS: Expected = { serial: 'WPOS3-0001234', sequence: 17 }

type Fields = Record<string, unknown>
export const keyOf = ({ slot, block, kcv }: DemoKey, more: Fields = {}) => ({
  slot,
  type: 'tr31',
  block,
  kcv,
  kcvAlgorithm: kcv.length > 6 ? 'cmac' : 'legacy',
  ...more,
})
const [tmk, pin, mac, data, dukpt] = TDES_KEYS
/** Keys of the demonstration: master, PIN, MAC and data key. */
export const TMK = keyOf(tmk)
export const PIN = keyOf(pin)
export const MAC = keyOf(mac)
export const DATA = keyOf(data)

export const bundleOf = (more: Fields = {}) => ({
  format: 'psm-keybundle/1',
  terminal: { serial: ADDRESS.serial, model: 'WPOS-3', tid: '12345678' },
  sequence: 17,
  transportKey: { kcv: 'D1D812', kcvAlgorithm: 'legacy' },
  notAfter: '2027-01-31T00:00:00Z',
  keys: [TMK, PIN, MAC, DATA, keyOf(dukpt)],
  ...more,
})

export interface Given {
  expected?: Partial<Expected>
  policy?: Partial<KeyPolicy>
}

export function read(file: unknown, { expected = {}, policy = {} }: Given = {}) {
  const text = typeof file === 'string' ? file : JSON.stringify(file)
  return readBundle(
    new TextEncoder().encode(text),
    { ...ADDRESS, ...expected },
    { policy: { ...DEFAULT_KEY_POLICY, ...policy }, now: NOW },
  )
}

export function problemsOf(file: unknown, given: Given = {}) {
  const answer = read(file, given)
  return answer.kind === 'refused' ? answer.problems.map(({ rule, at }) => `${rule.code} ${at}`.trim()) : []
}
