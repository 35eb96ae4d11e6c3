import { describe, expect, it } from 'vitest'
import { DEFAULT_KEY_POLICY } from '../../../../src/features/keys/block/policy'
import { readBundle } from '../../../../src/features/keys/bundle/read'
import { AES_KEYS, makeBlock, TDES_KEYS } from '../../../support/key-blocks'
import {
  ADDRESS,
  bundleOf,
  DATA,
  type Given,
  keyOf,
  MAC,
  NOW,
  PIN,
  problemsOf,
  read,
  TMK,
} from '../../../support/key-bundles'

describe('a bundle', () => {
  it('of TDES keys says what is in it, and none of its bytes', () => {
    const answer = read(bundleOf())
    expect(answer).toMatchObject({
      kind: 'bundle',
      facts: {
        slots: [
          { slot: 'acq1/tmk', usage: 'K0', algorithm: 'T', mode: 'D', keyVersion: '01', kcv: '08D7B4' },
          { slot: 'acq1/pin', usage: 'P0', algorithm: 'T', mode: 'E', keyVersion: '01', kcv: 'D2B91C' },
          { slot: 'acq1/mac', usage: 'M3', algorithm: 'T', mode: 'C', keyVersion: '01', kcv: 'E18DE2' },
          { slot: 'acq1/data', usage: 'D0', algorithm: 'T', mode: 'B', keyVersion: '01', kcv: 'DDB736' },
          { slot: 'acq1/dukpt', usage: 'B1', algorithm: 'T', mode: 'X', keyVersion: '01', kcv: 'AF8C07' },
        ],
        transportKeyKcv: { kcv: 'D1D812', algorithm: 'legacy' },
        notAfter: new Date('2027-01-31T00:00:00Z'),
      },
      warnings: [{ rule: { code: 'mode_wider_than_needed' }, at: 'keys.3.block' }],
    })
    const facts = JSON.stringify(answer.kind === 'bundle' && answer.facts)
    for (const key of TDES_KEYS) expect(facts).not.toContain(key.block.slice(40, 60))
  })

  it('of AES keys, with check values by CMAC', () => {
    const keys = AES_KEYS.map((key) => keyOf(key))
    expect(read(bundleOf({ keys, transportKey: undefined, notAfter: undefined }))).toMatchObject({
      kind: 'bundle',
      facts: {
        slots: AES_KEYS.map(({ slot, kcv }) => ({
          slot,
          algorithm: 'A',
          kcv,
          kcvAlgorithm: 'cmac',
          wrappedBy: null,
        })),
        transportKeyKcv: null,
        notAfter: null,
      },
    })
  })

  it('takes check values from its blocks where none are given', () => {
    const keys = [{ slot: 'acq1/tmk', type: 'tr31', block: TMK.block }]
    expect(read(bundleOf({ keys }))).toMatchObject({
      facts: { slots: [{ kcv: '08D7B4', kcvAlgorithm: 'legacy' }] },
    })
  })

  it('hands over ciphertexts to be told apart by', () => {
    const answer = read(bundleOf({ keys: [TMK] }))
    expect(answer).toMatchObject({
      ciphertexts: [
        { slot: 'acq1/tmk', ciphertext: 'BE15539F7288B0C6ACF04E72607915D0954A1096490776A7A29530B7896A2DDC' },
      ],
    })
  })

  it('may have keys under a key of its own', () => {
    expect(problemsOf(bundleOf({ keys: [{ ...PIN, wrappedBy: 'acq1/tmk' }, TMK] }))).toEqual([])
  })

  it('may bear fields of the depositor', () => {
    expect(
      problemsOf(bundleOf({ batch: 'B-2026-11', keys: [{ ...TMK, application: { name: 'pay' } }] })),
    ).toEqual([])
  })

  it('may name the KSN of an initial key beside the block', () => {
    const key = { slot: 'dukpt', type: 'tr31', block: makeBlock('B1TX') }
    expect(problemsOf(bundleOf({ keys: [key] }))).toEqual(['initial_key_without_serial keys.0.block'])
    expect(problemsOf(bundleOf({ keys: [{ ...key, ksn: 'FFFF9876543210E00000' }] }))).toEqual([])
  })

  it('may begin with a byte order mark', () => {
    expect(read(`\ufeff${JSON.stringify(bundleOf())}`).kind).toBe('bundle')
  })
})

describe('a file is opaque', () => {
  it.each([
    ['that is no text', new Uint8Array([0x30, 0x82, 0xff, 0xfe])],
    ['that is empty', new Uint8Array()],
  ])('%s', (_what, bytes) => {
    expect(readBundle(bytes, ADDRESS, { policy: DEFAULT_KEY_POLICY, now: NOW })).toEqual({ kind: 'opaque' })
  })

  it.each([
    ['of another format', JSON.stringify({ ...bundleOf(), format: 'acme/7' })],
    ['of no format', '{"keys": []}'],
    ['that is a list', '["psm-keybundle/1"]'],
    ['that is one block', TDES_KEYS[0].block],
    ['that is broken JSON of no format', '{"format": "acme'],
  ])('%s', (_what, text) => {
    expect(read(text)).toEqual({ kind: 'opaque' })
  })
})

describe('a bundle is refused', () => {
  it.each<[why: string, file: unknown, problems: string[], given?: Given]>([
    ['that is cut short', JSON.stringify(bundleOf()).slice(0, -1), ['bundle_not_json']],
    [
      'that names a field twice',
      JSON.stringify(bundleOf()).replace('"sequence"', '"sequence":18,"sequence"'),
      ['bundle_name_repeated'],
    ],
    [
      'that names its format twice, where readers differ in whether it is one',
      JSON.stringify(bundleOf()).replace(/}$/, ',"format":"another"}'),
      ['bundle_name_repeated', 'bundle_field_wrong format'],
    ],
    [
      'that names it twice, written otherwise',
      JSON.stringify(bundleOf()).replace('/1"', '\\u002f1"').replace(/}$/, ',"f\\u006frmat":null}'),
      ['bundle_name_repeated', 'bundle_field_wrong format'],
    ],
    ['without keys', bundleOf({ keys: [] }), ['bundle_field_wrong keys']],
    [
      'with more keys than 64',
      bundleOf({ keys: Array.from({ length: 65 }, () => TMK) }),
      ['keys_too_many keys'],
    ],
    ['without a terminal', bundleOf({ terminal: undefined }), ['bundle_field_wrong terminal']],
    ['whose sequence is a text', bundleOf({ sequence: '17' }), ['bundle_field_wrong sequence']],
    [
      'whose sequence is beyond whole numbers',
      bundleOf({ sequence: 2 ** 53 }),
      ['bundle_field_wrong sequence'],
    ],
    ['whose sequence is zero', bundleOf({ sequence: 0 }), ['bundle_field_wrong sequence']],
    ['with a date that is none', bundleOf({ notAfter: '31.01.2027' }), ['bundle_field_wrong notAfter']],
    [
      'with a key of another type',
      bundleOf({ keys: [{ ...TMK, type: 'tr34' }] }),
      ['bundle_field_wrong keys.0.type'],
    ],
    ['with a nameless slot', bundleOf({ keys: [{ ...TMK, slot: '' }] }), ['bundle_field_wrong keys.0.slot']],
    [
      'with a check value of no kind',
      bundleOf({ keys: [{ ...TMK, kcvAlgorithm: undefined }] }),
      ['bundle_field_wrong keys.0.kcvAlgorithm'],
    ],
    [
      'with eight bytes of legacy check value',
      bundleOf({ keys: [{ ...TMK, kcv: '08D7B408D7B408D7' }] }),
      ['bundle_field_wrong keys.0.kcv'],
    ],
    [
      'with four bytes of it',
      bundleOf({ keys: [{ ...TMK, kcv: '08D7B408' }] }),
      ['bundle_field_wrong keys.0.kcv'],
    ],
    [
      'for another terminal',
      bundleOf({ terminal: { serial: 'WPOS3-9999999' } }),
      ['serial_differs terminal.serial'],
    ],
    ['of another sequence', bundleOf({ sequence: 18 }), ['sequence_differs sequence']],
    ['that has expired', bundleOf({ notAfter: '2026-11-27T15:00:00+03:00' }), ['bundle_expired notAfter']],
    [
      'with a slot that is there twice',
      bundleOf({ keys: [TMK, { ...PIN, slot: 'acq1/tmk' }] }),
      ['slot_repeated keys.1.slot'],
    ],
    [
      'with a key under none',
      bundleOf({ keys: [TMK, { ...PIN, wrappedBy: 'acq2/tmk' }] }),
      ['wrapping_slot_unknown keys.1.wrappedBy'],
    ],
    [
      'with a key under itself',
      bundleOf({ keys: [{ ...TMK, wrappedBy: 'acq1/tmk' }] }),
      ['wrapping_circle keys.0.wrappedBy'],
    ],
    [
      'with keys under one another',
      bundleOf({
        keys: [
          { ...TMK, wrappedBy: 'b' },
          { ...TMK, slot: 'b', wrappedBy: 'acq1/tmk' },
          { ...PIN, wrappedBy: 'b' },
        ],
      }),
      ['wrapping_circle keys.0.wrappedBy', 'wrapping_circle keys.1.wrappedBy'],
    ],
    [
      'with a key under a MAC key',
      bundleOf({ keys: [MAC, { ...PIN, wrappedBy: 'acq1/mac' }] }),
      ['wrapping_key_unfit keys.1.wrappedBy'],
    ],
    [
      'with an AES block under a TDES key',
      bundleOf({ keys: [TMK, keyOf(AES_KEYS[1], { wrappedBy: 'acq1/tmk' })] }),
      ['wrapping_key_unfit keys.1.wrappedBy'],
    ],
    [
      'with a key under one that only encrypts',
      bundleOf({
        keys: [
          { slot: 'k', type: 'tr31', block: makeBlock('K0TE', { version: 'B' }) },
          { ...PIN, wrappedBy: 'k' },
        ],
      }),
      ['wrapping_key_unfit keys.1.wrappedBy'],
    ],
    [
      'whose check value is not that of the block',
      bundleOf({ keys: [{ ...TMK, kcv: '08D7B5' }] }),
      ['check_value_differs keys.0.kcv'],
    ],
    [
      'with a block that is broken',
      bundleOf({ keys: [{ ...TMK, block: `${TMK.block}0` }] }),
      ['block_length_wrong', 'ciphertext_malformed', 'ciphertext_not_aligned'].map(
        (code) => `${code} keys.0.block`,
      ),
    ],
    [
      'with a base derivation key',
      bundleOf({ keys: [{ slot: 'x', type: 'tr31', block: makeBlock('B0TX') }] }),
      ['usage_base_derivation_key keys.0.block'],
    ],
    [
      'with published keys, where those are denied',
      bundleOf({ keys: [TMK] }),
      [
        'published_test_key transportKey.kcv',
        'published_test_key keys.0.block',
        'published_test_key keys.0.kcv',
      ],
      { policy: { denyTestKeys: true } },
    ],
  ])('%s', (_why, file, problems, given) => {
    expect(problemsOf(file, given)).toEqual(problems)
  })

  it('by all rules at once, with what each is about', () => {
    const file = bundleOf({
      sequence: 3,
      terminal: { serial: 'X' },
      keys: [TMK, { ...PIN, kcv: '000000' }, { ...DATA, wrappedBy: 'no' }],
    })
    expect(problemsOf(file)).toEqual([
      'serial_differs terminal.serial',
      'sequence_differs sequence',
      'check_value_differs keys.1.kcv',
      'wrapping_slot_unknown keys.2.wrappedBy',
    ])
  })
})
