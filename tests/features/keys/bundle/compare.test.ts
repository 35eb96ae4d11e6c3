import { describe, expect, it } from 'vitest'
import type { KcvAlgorithm } from '../../../../src/features/keys/block/kcv'
import { compareKcvs } from '../../../../src/features/keys/bundle/compare'

const slot = (name: string, kcv: string | null, kcvAlgorithm: KcvAlgorithm | null = 'legacy') => ({
  slot: name,
  kcv,
  kcvAlgorithm,
})
const TMK = slot('acq1/tmk', '08D7B4')
const PIN = slot('acq1/pin', 'D2B91C')
const AES = slot('acq1/aes', '08793E25AB', 'cmac')
const NOTHING = { mismatches: [], missing: [], unknown: [] }

describe('check values that a terminal reports', () => {
  it('are those that were deposited, in any order and case', () => {
    const reported = [
      { slot: 'acq1/pin', kcv: 'd2b91c' },
      { slot: 'acq1/tmk', kcv: '08D7B4' },
    ]
    expect(compareKcvs([TMK, PIN], reported)).toEqual({ match: true, ...NOTHING })
  })

  it('are others', () => {
    const reported = [
      { slot: 'acq1/pin', kcv: '000000' },
      { slot: 'acq1/tmk', kcv: '08D7B4' },
    ]
    expect(compareKcvs([TMK, PIN], reported)).toEqual({ match: false, ...NOTHING, mismatches: ['acq1/pin'] })
  })

  it('lack a slot', () => {
    const answer = compareKcvs([TMK, PIN], [{ slot: 'acq1/tmk', kcv: '08D7B4' }])
    expect(answer).toEqual({ match: false, ...NOTHING, missing: ['acq1/pin'] })
  })

  it('name slots of other bundles, which do not count', () => {
    const reported = [
      { slot: 'acq1/tmk', kcv: '08D7B4' },
      { slot: 'acq9/tmk', kcv: 'FFFFFF' },
    ]
    expect(compareKcvs([TMK], reported)).toEqual({ match: true, ...NOTHING, unknown: ['acq9/tmk'] })
  })

  it('are shorter than those of CMAC that were deposited', () => {
    expect(compareKcvs([AES], [{ slot: 'acq1/aes', kcv: '08793E' }]).match).toBe(true)
    expect(compareKcvs([AES], [{ slot: 'acq1/aes', kcv: 'E5E07C' }]).mismatches).toEqual(['acq1/aes'])
  })

  it('are of CMAC where the deposited are not, and prove nothing', () => {
    const answer = compareKcvs([slot('acq1/aes', 'E5E07C')], [{ slot: 'acq1/aes', kcv: '08793E25AB' }])
    expect(answer).toEqual({ match: false, ...NOTHING, missing: ['acq1/aes'] })
  })

  it('contradict one another', () => {
    const reported = [
      { slot: 'acq1/tmk', kcv: '08D7B4' },
      { slot: 'acq1/tmk', kcv: 'ABCDEF' },
    ]
    expect(compareKcvs([TMK], reported)).toEqual({ match: false, ...NOTHING, mismatches: ['acq1/tmk'] })
  })

  it('are empty, and prove nothing', () => {
    expect(compareKcvs([TMK], [{ slot: 'acq1/tmk', kcv: '' }])).toEqual({
      match: false,
      ...NOTHING,
      missing: ['acq1/tmk'],
    })
  })

  it('need only be there where none was deposited', () => {
    expect(compareKcvs([slot('acq1/x', null, null)], [{ slot: 'acq1/x', kcv: 'ABCDEF' }]).match).toBe(true)
    expect(compareKcvs([slot('acq1/x', null, null)], []).missing).toEqual(['acq1/x'])
  })
})
