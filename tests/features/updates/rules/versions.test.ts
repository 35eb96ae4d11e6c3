import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, isSame } from '../../../../src/features/updates/rules/versions'

const ASCENDING = [
  '1.9',
  '1.10',
  '2.0-alpha',
  '2.0-rc1',
  '2.0-rc2',
  '2.0',
  '2.0a',
  '2.0b',
  '2.0.1',
  '2.1_20240101',
  '2.1_20240102',
  '10.0',
]

describe('versions', () => {
  it('are in the order in which makers count', () => {
    const shuffled = [...ASCENDING].sort()
    expect(shuffled).not.toEqual(ASCENDING)
    expect(shuffled.sort(compareVersions)).toEqual(ASCENDING)
  })

  it.each([
    ['2.7', '2.7.0'],
    ['2.7', 'v2.7'],
    ['V2.07', 'ver. 2.7'],
    ['WPOS3_2.7.1', 'wpos3-2.7.1'],
    ['T3.М12', 't3.м12'],
  ])('%s and %s are one', (one, other) => {
    expect(isSame(one, other)).toBe(true)
  })

  it.each([
    ['2.7', '2.7.1'],
    ['2.7', '2.7a'],
    ['сборка А', 'сборка Б'],
    ['—', '***'],
    ['—', '0'],
  ])('%s and %s are two', (one, other) => {
    expect(isSame(one, other)).toBe(false)
  })

  it('are in one order, whatever they look like', () => {
    const version = fc.oneof(
      fc.stringMatching(/^v?[0-2]{1,2}([._-]([0-2]{1,2}|rc|a|beta|é)){0,3}$/),
      fc.string({ maxLength: 12 }),
    )
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0)
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2_000 },
    )
  })
})
