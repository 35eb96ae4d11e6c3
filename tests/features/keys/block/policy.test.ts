import { describe, expect, it } from 'vitest'
import { compareKcv, type KcvAlgorithm } from '../../../../src/features/keys/block/kcv'
import { parseKeyBlock } from '../../../../src/features/keys/block/parse'
import { DEFAULT_KEY_POLICY, judgeBlock, type KeyPolicy } from '../../../../src/features/keys/block/policy'
import { isPublishedKcv } from '../../../../src/features/keys/block/published'
import { AES_KEYS, makeBlock, SYNTAX_VECTORS, TDES_KEYS, VECTORS } from '../../../support/key-blocks'

function judge(text: string, policy: Partial<KeyPolicy> = {}) {
  const parsed = parseKeyBlock(text)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ code }) => code).join())
  const { rejects, warnings } = judgeBlock(parsed.block, { ...DEFAULT_KEY_POLICY, ...policy })
  return { rejects: rejects.map(({ code }) => code), warnings: warnings.map(({ code }) => code) }
}

const KS = { optional: 'KS18FFFF9876543210E00000PB080000', count: 2 }
const IK = { optional: 'IK141234567890123456PB0C00000000', count: 2 }

describe('a terminal may be given', () => {
  it.each([...TDES_KEYS, ...AES_KEYS])('$slot of the demonstration', ({ block }) => {
    expect(judge(block).rejects).toEqual([])
  })

  it.each([
    ['D0TE', {}],
    ['D0AE', {}],
    ['D3AB', {}],
    ['K0TD', {}],
    ['K1AD', {}],
    ['M0TC', {}],
    ['M1TG', {}],
    ['M3TV', {}],
    ['M6AC', {}],
    ['M7HC', { optional: 'HM0621PB0A000000', count: 2 }],
    ['P0TE', {}],
    ['P0AE', {}],
    ['B1TX', KS],
    ['B1AX', IK],
  ])('%s, without a warning', (head, more) => {
    expect(judge(makeBlock(head, more))).toEqual({ rejects: [], warnings: [] })
  })

  it.each(['B2TX', 'B3AX', 'D2AE', 'I0TN', 'M2TC'])('%s, which is unusual', (head) => {
    expect(judge(makeBlock(head))).toEqual({ rejects: [], warnings: ['usage_unusual'] })
  })

  it.each(['D0TB', 'K0TB', 'K1AN'])('%s, which may do more than it needs', (head) => {
    expect(judge(makeBlock(head))).toEqual({ rejects: [], warnings: ['mode_wider_than_needed'] })
  })
})

describe('a terminal is refused', () => {
  it.each([
    ['a base derivation key', 'B0TX', ['usage_base_derivation_key']],
    ['an issuer key for card verification', 'C0TC', ['usage_issuer_key']],
    ['a master key of the chip', 'E0TX', ['usage_issuer_key']],
    ['a key that makes PINs', 'P1TG', ['usage_host_key']],
    ['a key that verifies PINs', 'V2TV', ['usage_issuer_key']],
    ['a signing key', 'S0RS', ['usage_asymmetric']],
    ['a key of TR-34', 'K2RD', ['usage_asymmetric']],
    ['a usage nobody knows', 'Q7TN', ['usage_unknown']],
    ['a usage of some maker', '10TN', ['usage_unknown']],
    ['a PIN key that makes MACs', 'P0TC', ['mode_not_for_usage']],
    ['a PIN key that decrypts', 'P0TD', ['pin_key_not_encrypt_only']],
    ['a PIN key that may do anything', 'P0AN', ['pin_key_not_encrypt_only']],
    ['a retail MAC by AES', 'M3AC', ['algorithm_not_for_usage']],
    ['an HMAC key of no hash', 'M7HC', ['hmac_without_hash']],
    ['single DES', 'M3DC', ['single_des']],
    ['single DES for PINs', 'P0DE', ['algorithm_not_for_usage', 'single_des']],
    ['an initial TDES key without KSN', 'B1TX', ['initial_key_without_serial']],
    ['an initial AES key without its id', 'B1AX', ['initial_key_without_serial']],
  ])('%s', (_what, head, rejects) => {
    expect(judge(makeBlock(head)).rejects).toEqual(rejects)
  })

  it('an initial key that bears the serial number of the other kind', () => {
    expect(judge(makeBlock('B1AX', KS)).rejects).toEqual(['initial_key_without_serial'])
    expect(judge(makeBlock('B1TX', IK)).rejects).toEqual(['initial_key_without_serial'])
  })

  it('an AES key under a TDES key, which is weaker', () => {
    expect(judge(makeBlock('P0AE', { version: 'B' })).rejects).toEqual(['wrapping_key_weaker'])
  })

  it('a component of a key', () => {
    expect(judge(makeBlock('K0TD', { keyVersion: 'c1' })).rejects).toEqual(['key_component'])
  })

  it.each([
    ['in a label', 'LB400123456789abcdef0123456789ABCDEFfree text of 28 characters. '.slice(0, 64)],
    ['in a block of some maker', `1030${'0123456789ABCDEF'.repeat(2)}${'-'.repeat(12)}`],
    ['in groups', `LB30${'0123 4567 89AB CDEF 0123 4567 89AB CDEF '.padEnd(44, '-')}`],
    ['in padding', `PB30${'7'.repeat(44)}`],
  ])('a key beside which one may stand in clear, %s', (_where, optional) => {
    expect(judge(makeBlock('K0TD', { optional, count: 1 })).rejects).toEqual(['clear_key_suspected'])
  })

  it('no key for a UUID in its label', () => {
    const optional = 'LB3088b1f4a2-6c0e-4a5f-9d3b-2f6c7e8a9b0c--------'
    expect(judge(makeBlock('K0TD', { optional, count: 1 })).rejects).toEqual([])
  })

  it('versions A and C, unless the installation takes them', () => {
    const old = VECTORS.filter(({ block }) => /^[AC]/.test(block))
    expect(old).toHaveLength(6)
    for (const { block } of old) {
      expect(judge(block).rejects).toContain('version_deprecated')
      const taken = judge(block, { allowDeprecatedVariant: true })
      expect(taken.rejects).not.toContain('version_deprecated')
      expect(taken.warnings).toContain('version_deprecated')
    }
  })

  it('PIN keys that decrypt, unless the installation takes them', () => {
    expect(judge(makeBlock('P0TB'), { allowAnyPinMode: true })).toEqual({ rejects: [], warnings: [] })
    expect(judge(makeBlock('P0TC'), { allowAnyPinMode: true }).rejects).toEqual(['mode_not_for_usage'])
  })
})

describe('published keys', () => {
  const { initialKey, threeOptional, versionE } = SYNTAX_VECTORS
  const blocks = [...VECTORS, ...TDES_KEYS, ...AES_KEYS].map(({ block }) => block)

  it('are taken by default', () => {
    for (const block of blocks) expect(judge(block).rejects).not.toContain('published_test_key')
  })

  it.each([...blocks, initialKey, threeOptional, versionE])(
    'are refused where they are denied: %s',
    (block) => {
      expect(judge(block, { denyTestKeys: true }).rejects).toContain('published_test_key')
    },
  )

  it.each(VECTORS)('are known by their check values: $origin', ({ kcv, kcvAlgorithm: algorithm }) => {
    expect(isPublishedKcv({ kcv, algorithm })).toBe(true)
    expect(isPublishedKcv({ kcv: kcv.slice(0, 4), algorithm })).toBe(false)
  })

  it('are not what others are', () => {
    expect(judge(makeBlock('P0TE'), { denyTestKeys: true }).rejects).toEqual([])
    expect(isPublishedKcv({ kcv: '000000', algorithm: 'legacy' })).toBe(false)
  })
})

describe('check values', () => {
  it.each<[string, KcvAlgorithm, string, KcvAlgorithm, ReturnType<typeof compareKcv>]>([
    ['08D7B4', 'legacy', '08d7b4', 'legacy', 'same'],
    ['08D7B4', 'legacy', '08D7', 'legacy', 'same'],
    ['08793E25AB', 'cmac', '08793E', 'cmac', 'same'],
    ['08D7B4', 'legacy', '08D7B5', 'legacy', 'different'],
    ['08793E25AB', 'cmac', 'E5E07C', 'legacy', 'incomparable'],
    ['08D7B4', 'legacy', '08', 'legacy', 'incomparable'],
    ['08D7B4', 'legacy', '', 'legacy', 'incomparable'],
  ])('%s (%s) and %s (%s) are %s', (one, algorithm, other, otherAlgorithm, expected) => {
    expect(compareKcv({ kcv: one, algorithm }, { kcv: other, algorithm: otherAlgorithm })).toBe(expected)
  })
})
