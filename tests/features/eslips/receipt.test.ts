import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SLIP_RESULTS, SLIP_TYPES } from '../../../src/features/eslips/ingest/lists'
import { Slip } from '../../../src/features/eslips/ingest/schemas'
import {
  amountText,
  decimalOf,
  minorOf,
  receiptLines,
  renderReceipt,
} from '../../../src/features/eslips/receipt'
import { sale } from './slips'

const slipOf = (more: Record<string, unknown> = {}) => Slip.parse({ ...sale(), text: undefined, ...more })
const paper = (more: Record<string, unknown> = {}, language: 'en' | 'ru' = 'ru') =>
  receiptLines(renderReceipt(slipOf(more), 'merchant', language))
const plainSpaces = (text: string) => text.replace(/\s/g, ' ')

describe('a receipt whose lines the terminal has sent', () => {
  const text = { merchant: ['   ЧАЙНАЯ ЛАВКА', 'ИТОГО       1 250,50', ''], customer: ['СПАСИБО'] }

  it('is those lines and nothing else, each copy its own', () => {
    const merchant = renderReceipt(slipOf({ text }), 'merchant', 'en')
    expect(merchant.isPrinted).toBe(true)
    expect(receiptLines(merchant)).toEqual(text.merchant)
    expect(receiptLines(renderReceipt(slipOf({ text }), 'customer', 'en'))).toEqual(['СПАСИБО'])
  })

  it('is laid out from the fields where a copy has no lines', () => {
    const receipt = renderReceipt(slipOf({ text: { merchant: ['x'], customer: [] } }), 'customer', 'ru')
    expect(receipt.isPrinted).toBe(false)
    expect(receiptLines(receipt).join('\n')).toContain('Экземпляр клиента')
  })

  it('lies on wider paper where its lines are wide, and the widest go on below', () => {
    const wide = renderReceipt(slipOf({ text: { merchant: ['x'.repeat(48)] } }), 'merchant', 'ru')
    expect([wide.columns, wide.lines.length]).toEqual([48, 1])
    const widest = renderReceipt(slipOf({ text: { merchant: ['y'.repeat(100)] } }), 'merchant', 'ru')
    expect([widest.columns, receiptLines(widest)]).toEqual([64, ['y'.repeat(64), 'y'.repeat(36)]])
  })

  it('shows nothing of what steers printers, screens or the direction of writing', () => {
    const lines = ['\u001B[31mСУММА\t1,00', 'a\u202E001\u202Cb\u0007', 'one\r\ntwo']
    const shown = receiptLines(renderReceipt(slipOf({ text: { merchant: lines } }), 'merchant', 'ru'))
    expect(shown).toEqual(['[31mСУММА 1,00', 'a001b', 'one', 'two'])
  })
})

describe('a receipt laid out from the fields', () => {
  it('reads as one of a terminal does', () => {
    const lines = paper({
      emv: { aid: 'A0000006581010', label: 'MIR', tvr: '0000008000', tsi: 'E800', acType: 'TC' },
      slipUid: 'slip-1',
      localDateTime: '2026-11-23T10:00:00+03:00',
    })
    expect(lines).toEqual([
      '          Чайная лавка',
      '         Невский пр., 1',
      '      Санкт-Петербург, RU',
      '--------------------------------',
      'TID                     00001234',
      'MID              000000000001234',
      'Чек №                        118',
      'Пакет                         12',
      'Время 23.11.2026 10:00:00 +03:00',
      '--------------------------------',
      '             ОПЛАТА',
      '           1 250,50 ₽',
      '--------------------------------',
      'Карта                  **** 3456',
      'Платёжная система            МИР',
      'Способ ввода        бесконтактно',
      'Верификация       не проводилась',
      'RRN                 632700123456',
      'STAN                      004711',
      'Код авторизации           A1B2C3',
      'Код ответа                    00',
      '--------------------------------',
      'APP                          MIR',
      'AID               A0000006581010',
      'TVR                   0000008000',
      'TSI                         E800',
      'AC TYPE                       TC',
      '--------------------------------',
      '            ОДОБРЕНО',
      '--------------------------------',
      '       Экземпляр торговца',
      '             slip-1',
    ])
  })

  it('shows the totals of a settlement, each in its own currency', () => {
    const totals = [
      { type: 'sale', currency: 'RUB', count: 118, amount: 125_050_00 },
      { type: 'refund', currency: 'KWD', count: 2, amount: 1_500 },
    ]
    const lines = paper({ type: 'settlement', totals }, 'en').map(plainSpaces)
    expect(lines).toContain('Sale × 118        RUB 125,050.00')
    expect(lines).toContain('Refund × 2             KWD 1.500')
  })

  it('names what a refund takes back', () => {
    const lines = paper({ type: 'refund', original: { rrn: '632700999999', receiptNo: '77' } })
    const at = lines.indexOf('Исходная операция')
    expect(lines.slice(at + 1, at + 3)).toEqual([
      'RRN                 632700999999',
      'Чек №                         77',
    ])
  })

  it('has a line to sign on where a signature is required, on the copy that the shop keeps', () => {
    const slip = slipOf({ signature: 'required' })
    expect(receiptLines(renderReceipt(slip, 'merchant', 'ru'))).toContain('_'.repeat(32))
    expect(receiptLines(renderReceipt(slip, 'customer', 'ru'))).not.toContain('_'.repeat(32))
  })

  it('says every type and result in words of both languages', () => {
    for (const type of SLIP_TYPES)
      for (const result of SLIP_RESULTS) {
        const [en, ru] = (['en', 'ru'] as const).map((language) => paper({ type, result }, language).join())
        expect(en).not.toMatch(/undefined/)
        expect(ru).not.toMatch(/undefined/)
        expect(en).not.toBe(ru)
      }
  })

  const word = (max: number) =>
    fc
      .stringMatching(/^[A-Za-z0-9 а-яЁё₽\u{1F4B3}-]*$/u)
      .map((text) => [...text].slice(0, max).join(''))
      .filter((text) => text.trim() !== '' && text === text.trim())
  const short = word(32)
  const some = <T extends Record<string, fc.Arbitrary<unknown>>>(shape: T) =>
    fc.record(shape, { requiredKeys: [] })
  const amount = fc.integer({ min: 0, max: 10 ** 13 - 1 })
  const texts = {
    tid: short,
    mid: short,
    rrn: short,
    stan: short,
    authCode: short,
    responseCode: short,
    receiptNo: short,
    batchNo: short,
    shiftNo: short,
    orderId: word(64),
    mcc: short,
    scheme: short.map((text) => `~${text}`.slice(0, 32)),
    entryMode: short.map((text) => `~${text}`.slice(0, 32)),
    cvm: short.map((text) => `~${text}`.slice(0, 32)),
    slipUid: fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/),
    merchant: some({ name: word(300), address: word(300), city: word(300), country: word(3) }),
    original: some({ rrn: short, stan: short, receiptNo: short }),
    emv: some({ aid: short, label: short, tvr: short, tsi: short, ac: short, iad: word(64), panSeq: short }),
  }
  const anySlip = fc
    .record({
      base: some(texts),
      type: fc.constantFrom(...SLIP_TYPES),
      result: fc.constantFrom(...SLIP_RESULTS),
      amount,
      currency: fc.constantFrom('RUB', 'JPY', 'KWD', 'CLF'),
      last4: fc.stringMatching(/^\d{4}$/),
    })
    .map(({ base, last4, ...rest }) =>
      Slip.parse({ ...base, ...rest, pan: { last4 }, localDateTime: '2026-11-23T10:00:00+03:00' }),
    )
  const leaves = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(leaves)
        : []
  const dense = (text: string) => text.replace(/\s/g, '')

  it('shows every field and has no line wider than the paper, whatever the slip', () => {
    fc.assert(
      fc.property(anySlip, fc.constantFrom('en' as const, 'ru' as const), (slip, language) => {
        const receipt = renderReceipt(slip, 'merchant', language)
        for (const { text, look } of receipt.lines)
          expect([...text].length * (look === 'large' ? 2 : 1)).toBeLessThanOrEqual(receipt.columns)
        const shown = dense(receiptLines(receipt).join('\n'))
        const { type: _type, result: _result, currency: _currency, localDateTime: _time, ...rest } = slip
        for (const value of leaves(rest)) expect(shown).toContain(dense(value))
        expect(shown).toContain(dense(amountText(slip.amount, slip.currency, language)))
        expect(shown).toContain('10:00:00+03:00')
      }),
    )
  })
})

describe('an amount', () => {
  it.each([
    [125_050, 'RUB', '1250.50', '1 250,50 ₽'],
    [5, 'RUB', '0.05', '0,05 ₽'],
    [1_500, 'JPY', '1500', '1 500 ¥'],
    [1_234_567, 'IQD', '1234.567', '1 234,567 IQD'],
    [1_999, 'HUF', '19.99', '19,99 HUF'],
    [Number.MAX_SAFE_INTEGER, 'UZS', '90071992547409.91', '90 071 992 547 409,91 UZS'],
  ])('of %i minor units of %s is %s', (minor, currency, decimal, text) => {
    expect(decimalOf(minor, currency)).toBe(decimal)
    expect(plainSpaces(amountText(minor, currency, 'ru'))).toBe(text)
    expect(minorOf(decimal, currency)).toBe(minor)
  })

  it.each([
    ['1 250,5', 'RUB', 125_050],
    ['1250', 'KWD', 1_250_000],
    ['12.345', 'RUB', undefined],
    ['1.5', 'JPY', undefined],
    ['-1', 'RUB', undefined],
    ['', 'RUB', undefined],
    ['999999999999999.99', 'RUB', undefined],
  ])('typed as "%s" of %s is %s minor units', (typed, currency, minor) => {
    expect(minorOf(typed, currency)).toBe(minor)
  })
})
