import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDate } from '../../../src/features/licenses/recognise/dates'

describe('dates as issuers write them', () => {
  for (const [written, instant] of [
    ['2027-01-31', '2027-01-31T23:59:59.999Z'],
    ['2027/01/31', '2027-01-31T23:59:59.999Z'],
    ['20270131', '2027-01-31T23:59:59.999Z'],
    ['31.01.2027', '2027-01-31T23:59:59.999Z'],
    ['1.2.2027 г.', '2027-02-01T23:59:59.999Z'],
    ['31.01.2027 18:30', '2027-01-31T18:30:00.000Z'],
    ['2027-01-31T10:00:00', '2027-01-31T10:00:00.000Z'],
    ['2027-01-31 10:00:00.5 UTC', '2027-01-31T10:00:00.500Z'],
    ['2027-01-31T01:00:00+03:00', '2027-01-30T22:00:00.000Z'],
    ['20270131T235959Z', '2027-01-31T23:59:59.000Z'],
    ['1801439999', '2027-01-31T23:59:59.000Z'],
    ['1801439999123', '2027-01-31T23:59:59.123Z'],
    ['9999-12-31', '9999-12-31T23:59:59.999Z'],
  ] as const) {
    it(`${written} is ${instant}`, () => {
      expect(readDate(written, 'end')).toBe(instant)
    })
  }

  it('a day of issue is its beginning', () => {
    expect(readDate('2027-01-31', 'start')).toBe('2027-01-31T00:00:00.000Z')
  })

  for (const written of [
    '01/02/2027',
    '31-12-2027',
    '31.12.27',
    '2027-02-30',
    '2027-13-01',
    '20271301',
    '2027.01-31',
    '2027-01-31T25:00:00Z',
    '2027-01-31T10:00:00 MSK',
    '1989-12-31',
    '365',
    'Jan 31, 2027',
    '',
  ]) {
    it(`${written === '' ? 'nothing' : written} is not guessed at`, () => {
      expect(readDate(written, 'end')).toBeUndefined()
    })
  }

  it('every instant is read back from ISO 8601, seconds and milliseconds', () => {
    const instants = fc.date({
      min: new Date('2002-01-01'),
      max: new Date('2200-01-01'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(instants, (date) => {
        expect(readDate(date.toISOString(), 'end')).toBe(date.toISOString())
        expect(readDate(String(date.getTime()).padStart(13, '0'), 'end')).toBe(date.toISOString())
      }),
    )
  })
})
