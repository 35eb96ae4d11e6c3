import { describe, expect, it } from 'vitest'
import { KEY_RULES } from '../../../../src/features/keys/block/lists'
import { parseKeyBlock } from '../../../../src/features/keys/block/parse'
import { AES_KEYS, makeBlock, SYNTAX_VECTORS, TDES_KEYS, VECTORS } from '../../../support/key-blocks'

const codesOf = (text: string) => {
  const parsed = parseKeyBlock(text)
  return parsed.ok ? [] : parsed.problems.map(({ code }) => code)
}
const read = (text: string) => {
  const parsed = parseKeyBlock(text)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ code }) => code).join())
  return parsed.block
}

/** A block of version B that is as short as may be for its key, with one optional block. */
const blockOf = (
  optional: string,
  { head = 'P0TE', ...more }: { head?: string } & Parameters<typeof makeBlock>[1] = {},
) => makeBlock(head, { version: 'B', count: 1, cipherDigits: 48, optional, ...more })

describe('a key block', () => {
  it.each(VECTORS)('$origin is read', ({ block }) => {
    const one = read(block)
    expect(one).toMatchObject({
      version: block[0],
      length: block.length,
      usage: block.slice(5, 7),
      algorithm: block[7],
      mode: block[8],
      keyVersion: block.slice(9, 11),
      exportability: block[11],
      context: '0',
    })
    expect(block.endsWith(one.ciphertext + one.mac)).toBe(true)
    expect(one.mac).toHaveLength({ A: 8, B: 16, C: 8, D: 32, E: 32 }[one.version])
  })

  it('carries the initial KSN of a DUKPT key', () => {
    expect(read(SYNTAX_VECTORS.initialKey).optional).toEqual([{ id: 'KS', data: '820220A0200001E00000' }])
  })

  it('carries check values of the key and of the one that protects it', () => {
    expect(read(SYNTAX_VECTORS.threeOptional)).toMatchObject({
      kcv: { kcv: '0169E3', algorithm: 'legacy' },
      protectionKcv: { kcv: 'ECAD62', algorithm: 'legacy' },
    })
  })

  it('of version E has a ciphertext without padding', () => {
    expect(read(SYNTAX_VECTORS.versionE)).toMatchObject({
      version: 'E',
      ciphertext: expect.stringMatching(/^.{36}$/),
    })
  })

  it.each([...TDES_KEYS, ...AES_KEYS])(
    'of the demonstration bears its check value: $slot $kcv',
    ({ block, kcv }) => {
      expect(read(block).kcv).toEqual({ kcv, algorithm: kcv.length > 6 ? 'cmac' : 'legacy' })
    },
  )

  it('may have optional blocks of 256 characters and more', () => {
    const data = 'x'.repeat(256 - 'LB00040100'.length)
    expect(read(blockOf(`LB00040100${data}`)).optional).toEqual([{ id: 'LB', data }])
  })

  it.each([
    'TS1320260818004100ZPB05-',
    'TS152026081800410000ZPB0B0000000',
    'TC182026-08-18T00:41:00Z',
    'TC1B2026-08-18T00:41:00.00ZPB05-',
  ])('may say its time as %s', (optional) => {
    expect(codesOf(blockOf(optional, { count: optional.split('PB').length }))).toEqual([])
  })

  it('may hide how long its key is', () => {
    expect(codesOf(blockOf('', { count: 0, cipherDigits: 64 }))).toEqual([])
  })
})

describe('a key block is refused', () => {
  const good = TDES_KEYS[1].block
  const edit = (at: number, text: string) => good.slice(0, at) + text + good.slice(at + text.length)

  it.each<[why: string, text: string, codes: string[]]>([
    ['that is empty', '', ['block_size']],
    ['that ends within its header', good.slice(0, 15), ['block_size']],
    ['that is longer than any', 'A'.repeat(10_000), ['block_size']],
    [
      'with a line end behind it',
      `${good}\n`,
      [
        'block_characters',
        'block_length_wrong',
        'ciphertext_malformed',
        'mac_malformed',
        'ciphertext_not_aligned',
      ],
    ],
    ['whose length field lies', edit(1, '0113'), ['block_length_wrong']],
    ['whose length is hexadecimal', edit(1, '0070'), ['block_length_wrong']],
    ['whose length is no number', edit(1, '+112'), ['block_length_wrong']],
    ['of X9.143, 8.3.2.1 as printed', SYNTAX_VECTORS.wrongLengthA, ['block_length_wrong']],
    ['of X9.143, 8.3.2.2 as printed', SYNTAX_VECTORS.wrongLengthB, ['block_length_wrong']],
    ['of an unknown version', edit(0, 'X'), ['version_unknown']],
    ['of a version of some maker', edit(0, '1'), ['version_proprietary']],
    ['with a usage in lower case', edit(5, 'p0'), ['usage_malformed']],
    ['of an unknown algorithm', edit(7, 'Z'), ['algorithm_unknown']],
    ['of an unknown mode', edit(8, 'Q'), ['mode_unknown']],
    ['with a sign in its key version', edit(9, '#1'), ['key_version_malformed']],
    ['of unknown exportability', edit(11, 'X'), ['exportability_unknown']],
    ['whose count of optional blocks is hexadecimal', edit(12, '0A'), ['optional_count_malformed']],
    ['of unknown context', edit(14, '3'), ['context_unknown']],
    ['with a reserved character', edit(15, '1'), ['reserved_not_zero']],
    ['with lower-case digits in the ciphertext', edit(40, 'ab'), ['ciphertext_malformed']],
    ['with lower-case digits in the MAC', edit(110, 'ab'), ['mac_malformed']],
    [
      'with an odd number of digits',
      blockOf('', { count: 0, cipherDigits: 49 }),
      ['ciphertext_malformed', 'ciphertext_not_aligned'],
    ],
    [
      'whose ciphertext is not padded',
      blockOf('', { count: 0, cipherDigits: 50 }),
      ['ciphertext_not_aligned'],
    ],
    ['too short for a TDES key', blockOf('', { count: 0, cipherDigits: 32 }), ['block_too_short_for_key']],
    [
      'too short for an AES key',
      blockOf('', { version: 'D', head: 'P0AE', count: 0, cipherDigits: 32 }),
      ['block_too_short_for_key'],
    ],
    [
      'of version E too short for its key',
      blockOf('', { version: 'E', head: 'P0AE', count: 0, cipherDigits: 34 }),
      ['block_too_short_for_key'],
    ],
    [
      'that counts an optional block it has not',
      VECTORS[4]!.block.replace('E00E0000', 'E00E0100'),
      ['optional_length_wrong'],
    ],
    ['with an optional id in lower case', blockOf('kc18FFFF9876543210E00000'), ['optional_id_malformed']],
    [
      'with an optional length below its header',
      blockOf('KS02FFFF9876543210E00000'),
      ['optional_length_wrong'],
    ],
    [
      'with an optional length that is no number',
      blockOf('KS1YFFFF9876543210E00000'),
      ['optional_length_wrong'],
    ],
    ['with an extended length of no digits', blockOf('KS0000FF9876543210E00000'), ['optional_length_wrong']],
    [
      'with an extended length below its header',
      blockOf('KS00040009876543210E0000'),
      ['optional_length_wrong'],
    ],
    ['with an optional block past its end', blockOf('KSFFFFFF9876543210E00000'), ['optional_length_wrong']],
    ['with two check values', blockOf('KC0C00D2B91CKC0C00D2B91C', { count: 2 }), ['optional_repeated']],
    ['with padding that is not last', blockOf('PB04KC0C00D2B91C', { count: 2 }), ['padding_not_last']],
    ['with optional blocks that are not padded', blockOf('KC0C00D2B91C'), ['optional_not_aligned']],
    ['with a KSN that is not hexadecimal', blockOf('KS18VM9A9876543210E00000'), ['optional_data_malformed']],
    ['with a KSN that is too short', blockOf('KS10FFFF98765432'), ['optional_data_malformed']],
    [
      'with a check value in lower case',
      blockOf('KC0C00d2b91cPB04', { count: 2 }),
      ['optional_data_malformed'],
    ],
    ['with a check value of no kind', blockOf('KC0C02D2B91CPB04', { count: 2 }), ['optional_data_malformed']],
    [
      'with a legacy check value of four bytes',
      blockOf('KC0E00D2B91CAAPB0A000000', { count: 2 }),
      ['optional_data_malformed'],
    ],
    ['with a time that is not UTC', blockOf('TS182026-08-18T00:41:00+'), ['optional_data_malformed']],
    ['with a day that is none', blockOf('TS182026-02-30T00:41:00Z'), ['optional_data_malformed']],
    ['with a letter beyond ASCII in its label', blockOf('LB08Ключ'), ['block_characters']],
  ])('%s', (_why, text, codes) => {
    expect(codesOf(text)).toEqual(codes)
  })

  it('by every rule that it breaks, in order', () => {
    expect(codesOf(edit(5, 'p0ZQ#1X0291'))).toEqual([
      'usage_malformed',
      'algorithm_unknown',
      'mode_unknown',
      'key_version_malformed',
      'exportability_unknown',
      'context_unknown',
      'reserved_not_zero',
    ])
  })

  it('in words that are a closed list: its text is not among them', () => {
    const parsed = parseKeyBlock(edit(1, '9999'))
    expect(parsed).toEqual({
      ok: false,
      problems: [KEY_RULES.find(({ code }) => code === 'block_length_wrong')],
    })
  })
})

describe('rules', () => {
  it('have numbers and codes of their own', () => {
    expect(new Set(KEY_RULES.map(({ number }) => number)).size).toBe(KEY_RULES.length)
    expect(new Set(KEY_RULES.map(({ code }) => code)).size).toBe(KEY_RULES.length)
  })
})
