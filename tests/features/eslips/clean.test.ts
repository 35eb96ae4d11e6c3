import { describe, expect, it } from 'vitest'
import { clean } from '../../../src/features/eslips/ingest/clean'
import { momentOf } from '../../../src/features/eslips/ingest/filing'
import { Slip } from '../../../src/features/eslips/ingest/schemas'

const PAN = '4111111111111111'
const sale = {
  type: 'sale',
  result: 'approved',
  amount: 100,
  currency: 'RUB',
  localDateTime: '2026-11-26T10:00:00+03:00',
}

describe('what a terminal sent', () => {
  it('keeps every number that the schema wants as one', () => {
    const slip = {
      ...sale,
      amounts: { tip: 1, cashback: 2, fee: 3, surcharge: 4, original: 5 },
      totals: [{ type: 'sale', currency: 'RUB', count: 6, amount: 7 }],
      pan: { first6: '411111', last4: '1111', length: 16 },
    }
    const { value, hadPan } = clean(slip)
    expect(hadPan).toBe(false)
    expect(Slip.parse(value)).toEqual(slip)
  })

  it.each([
    ['an amount', { amount: Number(PAN) }],
    ['a tip', { amounts: { tip: Number(PAN) } }],
    ['a count', { totals: [{ type: 'sale', currency: 'RUB', count: Number(PAN), amount: 1 }] }],
  ])('is refused, and marked, where %s is a card number', (_what, more) => {
    const { value, hadPan } = clean({ ...sale, ...more })
    expect(hadPan).toBe(true)
    expect(Slip.safeParse(value).success).toBe(false)
    expect(JSON.stringify(value)).not.toContain(PAN)
  })

  it.each([
    ['a field of EMV', { emv: { ac: `00${PAN}`, un: `${PAN}F` } }],
    ['a name made of digits alone', { slipUid: '41111111-1111-1111-2345-678901234567' }],
    ['a line', { text: { merchant: [`N${PAN}`] } }],
    ['two lines', { text: { merchant: ['PAN 4111 1111', '    1111 1111'] } }],
  ])('loses a card number in %s', (_what, more) => {
    const { value, hadPan } = clean({ ...sale, ...more })
    expect(hadPan).toBe(true)
    expect(JSON.stringify(value)).not.toMatch(/1111[^*]{0,8}1111[^*]{0,8}1111/)
  })

  it('keeps printed lines as they are, and leaves out those that say nothing', () => {
    const lines = ['  ИТОГО        1 250,50 ₽  ', '', 'RRN 632700123456']
    expect(clean({ ...sale, text: { merchant: lines } }).value).toMatchObject({ text: { merchant: lines } })
    expect(clean({ ...sale, text: { merchant: ['', ' '] } }).value).not.toHaveProperty('text.merchant')
  })
})

it('a day that does not exist is no moment', () => {
  for (const day of ['2026-02-30', '2026-13-01', '2026-00-10', '2025-02-29'])
    expect(momentOf(`${day}T10:00:00Z`, '+00:00')).toBeUndefined()
  expect(momentOf('2024-02-29T10:00:00Z', '+00:00')).toBe(Date.UTC(2024, 1, 29, 10))
})
