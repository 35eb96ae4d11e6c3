import { describe, expect, it } from 'vitest'
import { makeBlock, VECTORS } from '../../../support/key-blocks'
import { ADDRESS, bundleOf, PIN, problemsOf, read, TMK } from '../../../support/key-bundles'

describe('the transport key', () => {
  const under = (kp: string) => ({
    slot: kp,
    type: 'tr31',
    block: makeBlock('K0TD', { version: 'B', optional: `KP0C00${kp}PB04`, count: 2 }),
  })

  it('need not be registered', () => {
    expect(problemsOf(bundleOf({ transportKey: undefined }), { expected: { transportKcv: null } })).toEqual(
      [],
    )
  })

  it('is that of the terminal, as far as both are long and whatever their case', () => {
    const transportKcv = { kcv: 'd1d8', algorithm: 'legacy' as const }
    expect(problemsOf(bundleOf(), { expected: { transportKcv } })).toEqual([])
  })

  it('of another terminal is refused', () => {
    const transportKcv = { kcv: 'ABCDEF', algorithm: 'legacy' as const }
    expect(problemsOf(bundleOf(), { expected: { transportKcv } })).toEqual([
      'transport_key_differs transportKey.kcv',
    ])
    const silent = bundleOf({ transportKey: undefined, keys: [under('D1D812')] })
    expect(problemsOf(silent, { expected: { transportKcv } })).toEqual(['transport_key_differs keys.0.block'])
  })

  it('whose check value is of another kind proves nothing', () => {
    const transportKcv = { kcv: 'ABCDEF0123', algorithm: 'cmac' as const }
    expect(problemsOf(bundleOf(), { expected: { transportKcv } })).toEqual([])
  })

  it('is one for all blocks', () => {
    const keys = [under('D1D812'), under('AAAAAA')]
    expect(problemsOf(bundleOf({ transportKey: undefined, keys }))).toEqual([
      'transport_key_differs keys.1.block',
    ])
  })

  it('is known by its blocks where the bundle does not name it', () => {
    expect(read(bundleOf({ transportKey: undefined, keys: [under('D1D812')] }))).toMatchObject({
      facts: { transportKeyKcv: { kcv: 'D1D812', algorithm: 'legacy' } },
    })
  })

  it('is not what protects a key under another of the bundle', () => {
    expect(problemsOf(bundleOf({ keys: [TMK, { ...under('08D7B4'), wrappedBy: 'acq1/tmk' }] }))).toEqual([])
    expect(problemsOf(bundleOf({ keys: [TMK, { ...under('D1D812'), wrappedBy: 'acq1/tmk' }] }))).toEqual([
      'wrapping_key_differs keys.1.block',
    ])
  })
})

describe('a clear key', () => {
  const CLEAR = 'F039121BEC83D26B169BDCD5B22AAF8F'

  it.each<[where: string, file: unknown, at: string]>([
    ['in the comment', bundleOf({ comment: `TMK is ${CLEAR}!` }), 'comment'],
    ['in the label of a key', bundleOf({ keys: [{ ...TMK, label: CLEAR.toLowerCase() }] }), 'keys.0.label'],
    ['in the model', bundleOf({ terminal: { serial: ADDRESS.serial, model: CLEAR } }), 'terminal.model'],
    ['in a slot', bundleOf({ keys: [{ ...TMK, slot: CLEAR }] }), 'keys.0.slot'],
    ['in a field of the depositor', bundleOf({ note: [{ text: CLEAR + CLEAR }] }), ''],
    ['in such a field of a key', bundleOf({ keys: [{ ...TMK, note: { text: CLEAR } }] }), 'keys.0'],
    ['as the name of a field', bundleOf({ [CLEAR]: 1 }), ''],
    ['in a field that calls itself a block', bundleOf({ 'keys.0.block': `x${CLEAR}` }), ''],
    [
      'in groups, as on the letter of a component',
      bundleOf({ comment: CLEAR.replaceAll(/(.{4})(?=.)/g, '$1 ') }),
      'comment',
    ],
    [
      'by escapes',
      JSON.stringify(bundleOf({ comment: '@' })).replace('@', CLEAR.replaceAll('F', '\\u0046')),
      'comment',
    ],
    [
      'of digits alone, as a number',
      JSON.stringify(bundleOf()).replace('"sequence"', `"n":${'12345678'.repeat(4)},"sequence"`),
      '',
    ],
  ])('%s is refused, and not repeated', (_where, file, at) => {
    const answer = read(file)
    expect(problemsOf(file)).toEqual([`clear_key_suspected ${at}`.trim()])
    expect(JSON.stringify(answer)).not.toMatch(/[0-9a-f]{16}/i)
  })

  it('is not what the serial number of the terminal looks like', () => {
    const serial = CLEAR.toLowerCase()
    expect(problemsOf(bundleOf({ terminal: { serial } }), { expected: { serial } })).toEqual([])
    expect(problemsOf(bundleOf({ terminal: { serial } }))).toContain('clear_key_suspected terminal.serial')
  })

  it('in the place of a block is one as well', () => {
    expect(problemsOf(bundleOf({ keys: [{ ...TMK, block: CLEAR }] }))).toContain(
      'clear_key_suspected keys.0.block',
    )
  })
})

describe('a bundle that is made to break its reader', () => {
  it.each([
    ['of endless depth', `{"format":"psm-keybundle/1","x":${'['.repeat(60_000)}${']'.repeat(60_000)}}`],
    ['of one long text', JSON.stringify(bundleOf({ comment: '\\"'.repeat(60_000) }))],
    [
      'of a thousand fields',
      JSON.stringify(bundleOf(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, n])))),
    ],
    [
      'of texts at endless depth',
      `{"format":"psm-keybundle/1","x":${'["a",'.repeat(30_000)}1${']'.repeat(30_000)}}`,
    ],
    ['with a prototype', JSON.stringify(bundleOf()).replace('{', '{"__proto__":{"a":1},')],
  ])('%s is answered', (_what, text) => {
    expect(['bundle', 'refused']).toContain(read(text).kind)
  })

  it('by any one character is refused or read, never thrown at', () => {
    const whole = JSON.stringify(bundleOf({ keys: [TMK, { ...PIN, wrappedBy: 'acq1/tmk' }] }))
    for (let at = 0; at < whole.length; at++) {
      const damaged = `${whole.slice(0, at)}${whole[at] === '"' ? 'x' : '"'}${whole.slice(at + 1)}`
      expect(read(damaged).kind).not.toBe('bundle')
    }
  })

  it('holds any vector, whose own policy decides', () => {
    for (const { block: text } of VECTORS)
      expect(['bundle', 'refused']).toContain(
        read(bundleOf({ keys: [{ slot: 's', type: 'tr31', block: text }] })).kind,
      )
  })
})
