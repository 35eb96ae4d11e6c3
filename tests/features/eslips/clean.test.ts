import fc from 'fast-check'
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
    ['lines as wide as the paper', { text: { customer: ['4111 1111'.padEnd(48), '1111 1111'.padEnd(48)] } }],
    ['lines with breaks in them', { text: { merchant: ['4111 1111\r\n', '1111 1111\n'] } }],
    ['one line with a break in it', { text: { merchant: ['4111 1111\n1111 1111'] } }],
    ['a field with a break in it', { orderId: '4111 1111\n1111 1111' }],
    ['what looks like a UUID', { slipUid: '41111111-1111-1111-2345-67890123456a' }],
    ['the end of what looks like one', { orderId: 'abcdef01-2345-6789-4111-111111111111' }],
    ['stan and batchNo', { stan: '41111111', batchNo: '11111111' }],
    ['a short stan and batchNo', { stan: 411111, batchNo: '1111111111' }],
    ['the card as an object', { pan: { number: PAN, first6: '411111', last4: '1111' } }],
    ['the card with blanks of another width', { pan: '4111\u00a01111\u00a01111\u00a01111' }],
  ])('loses a card number in %s', (_what, more) => {
    const { value, hadPan } = clean({ ...sale, ...more })
    expect(hadPan).toBe(true)
    expect(JSON.stringify(value)).not.toMatch(/1111[^*]{0,60}1111[^*]{0,60}1111/)
  })

  it('keeps the lines of a receipt in number, whatever breaks they have in them', () => {
    const lines = ['one\ntwo', '4111 1111', '1111 1111\r\n', 'last']
    expect(clean({ ...sale, text: { merchant: lines } }).value).toMatchObject({
      text: { merchant: ['one\ntwo', '4111 11**', '**** 1111\r\n', 'last'] },
    })
  })

  it('keeps UUIDs, and the numbers that ISO 8583 knows, as they are', () => {
    const uuids = fc.sample(fc.uuid({ version: [1, 4, 7] }), { numRuns: 5_000, seed: 7 })
    for (const uuid of uuids) {
      const slip = { ...sale, slipUid: uuid, orderId: uuid.toUpperCase() }
      expect(clean(slip)).toEqual({ value: slip, hadPan: false })
    }
    const short = fc.record({
      rrn: fc.stringMatching(/^6[0-3]\d{10}$/),
      stan: fc.stringMatching(/^\d{6}$/),
      batchNo: fc.stringMatching(/^\d{1,8}$/),
      authCode: fc.stringMatching(/^\d{6}$/),
    })
    for (const fields of fc.sample(short, { numRuns: 5_000, seed: 7 }))
      expect(clean({ ...sale, ...fields })).toEqual({ value: { ...sale, ...fields }, hadPan: false })
  })

  it.each([
    ['the most', 10 ** 13 - 1, true],
    ['more', 10 ** 13, false],
  ])('may say %s as its amounts', (_what, amount, isFit) => {
    const totals = [{ type: 'sale', currency: 'RUB', count: 1, amount }]
    for (const more of [{ amount }, { amounts: { tip: amount } }, { totals }])
      expect(Slip.safeParse(clean({ ...sale, ...more }).value).success).toBe(isFit)
  })

  it.each(['C390261525167546', 'FD4075199501600C', 'a4877041118545ae'])(
    'keeps the cryptogram %s, which looks like a card number between letters, also where it is printed',
    (ac) => {
      const slip = { ...sale, emv: { ac }, text: { merchant: [`ARQC ${ac}`] } }
      expect(clean(slip)).toEqual({ value: slip, hadPan: false })
      const { value, hadPan } = clean({ ...slip, text: { merchant: [`ARQC ${ac}`, `PAN ${PAN}`] } })
      expect(hadPan).toBe(true)
      expect(value).toMatchObject({ text: { merchant: [`ARQC ${ac}`, 'PAN 411111******1111'] } })
    },
  )

  it.each(['4111111111111111', '378282246310005F', '004111111111111111', '4111111111111111F'])(
    'loses a card number that stands as the cryptogram: %s',
    (ac) => {
      const { value, hadPan } = clean({ ...sale, emv: { ac }, text: { merchant: [`AC ${ac}`] } })
      expect(hadPan).toBe(true)
      expect(JSON.stringify(value)).not.toMatch(/\d{12}/)
    },
  )

  it.each(['50003164-906193', '633900564242-291', '633016881612.0656', 't1:a'])(
    'keeps the name %s of a slip',
    (slipUid) => expect(clean({ ...sale, slipUid })).toEqual({ value: { ...sale, slipUid }, hadPan: false }),
  )

  it.each([PAN, `a-${PAN}`, '4111-1111-1111-1111'])(
    'drops a name that is a card number, %s, and fits all the same',
    (slipUid) => {
      const { value, hadPan } = clean({ ...sale, slipUid })
      expect([value, hadPan]).toEqual([sale, true])
      expect(Slip.safeParse(value).success).toBe(true)
    },
  )

  it('keeps the number of the merchant, in its field and in print', () => {
    const mids = fc.sample(fc.stringMatching(/^[56]\d{14}$/), { numRuns: 3_000, seed: 7 })
    for (const mid of mids) {
      const slip = { ...sale, mid, text: { merchant: [`МАГАЗИН ${mid}`] } }
      expect(clean(slip)).toEqual({ value: slip, hadPan: false })
    }
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
