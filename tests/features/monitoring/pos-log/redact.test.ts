import { describe, expect, it } from 'vitest'
import { mintEnrollmentCode } from '../../../../src/core/tokens'
import { BODY_MAX_BYTES } from '../../../../src/features/monitoring/pos-log/lists'
import { keptBody, redact } from '../../../../src/features/monitoring/pos-log/redact'

const CARD = '4111111111111111'
const CUT = '[cut]'

describe('a body on its way into the POS log', () => {
  it.each([
    'token',
    'accessToken',
    'Authorization',
    'enrollmentCode',
    'enrolment_code',
    'password',
    'apiKey',
    'api-key',
    'pin',
    'pinBlock',
    'PIN_BLOCK',
    'cvv2',
    'track2',
    'trackData',
    'pan',
    'cardNumber',
    'cardholderName',
    'expiry',
    'kcv',
    'transportKeyKcv',
    'keyBlock',
    'tmk',
    'ZPK',
    'kek',
  ])('loses what %s says, whatever that is', (name) => {
    expect(redact({ outer: [{ [name]: 'x', other: 'y' }] })).toEqual({ outer: [{ [name]: CUT, other: 'y' }] })
    expect(redact({ [name]: { deep: 1 } })).toEqual({ [name]: CUT })
  })

  it('keeps what only looks like it: printers, versions, codes of makers', () => {
    const body = {
      ...{ printer: 'ok', versionCode: 41, vendorCode: 'E-7', code: 'invalid_message', companion: 'x' },
      ...{ keys: [{ slot: 'acq1/tmk' }], monkey: 1, pinned: true, amount: 125_050, rrn: '632700123456' },
      localTime: '2026-11-23T10:00:00+03:00',
    }
    expect(redact(body)).toEqual(body)
  })

  it('loses the hash beside a card number, which may be made of it', () => {
    const statusHash = 'ab'.repeat(32)
    expect(redact({ status: { printer: `ok ${CARD}` }, statusHash })).toMatchObject({ statusHash: CUT })
    expect(redact({ status: { printer: 'ok' }, statusHash })).toMatchObject({ statusHash })
  })

  it('loses tokens and bearers wherever they stand', () => {
    expect(redact({ note: `use pst_${'a'.repeat(43)} or Bearer abc.def` })).toEqual({
      note: `use ${CUT} or Bearer ${CUT}`,
    })
  })

  it.each([
    ['of two parts', '0123456789ABCDEFFEDCBA9876543210'],
    ['of three parts', '0123456789ABCDEFFEDCBA98765432100123456789abcdef'],
    ['of AES', 'a1'.repeat(32)],
    ['as a block', `B0096P0TE00E0000${'9A'.repeat(40)}`],
  ])('loses a key %s, whatever its name', (_how, key) => {
    expect(redact({ value: key, statusHash: 'a1'.repeat(32) })).toEqual({
      value: CUT,
      statusHash: 'a1'.repeat(32),
    })
  })

  it('loses codes of enrolment wherever they stand: those of a batch let others in', () => {
    const code = mintEnrollmentCode()
    expect(redact({ x: code, note: `code ${code.toLowerCase()}.`, [code]: 1 })).toEqual({
      ...{ x: CUT, note: `code ${CUT}.`, [CUT]: 1 },
    })
    const uuid = '22222222-3333-4444-5555-666666666666'
    expect(redact({ uuid })).toEqual({ uuid })
  })

  it.each([
    ['in a text', { model: `WPOS ${CARD}` }, { model: 'WPOS 411111******1111' }],
    ['over two lines', { message: '4111 1111\n1111 1111' }, undefined],
    ['as a number', { x: Number(CARD) }, { x: CUT }],
    ['over the members of a list', { x: ['4111', '1111', '1111', '1111'] }, { x: CUT }],
    ['over numbers of a list', { x: [4111, 1111, 1111, 1111] }, { x: CUT }],
    [
      'over lists in a list',
      {
        x: [
          [4, 1, 1, 1],
          [1, 1, 1, 1],
          [1, [1, 1, 1]],
          [1, 1, 1, 1],
        ],
      },
      { x: CUT },
    ],
    ['over a list that holds another', { x: ['5555555555554444', ...CARD] }, { x: CUT }],
    [
      'over a list that holds another as a number',
      { x: [5555555555554444, ...[...CARD].map(Number)] },
      { x: CUT },
    ],
    ['as a number with a fraction', { x: 41111111111111.11 }, { x: CUT }],
    ['as a number that is too long to be exact', { x: Number('6210948000000000029') }, { x: CUT }],
    ['in a name', { [`card ${CARD}`]: 1 }, { 'card 411111******1111': 1 }],
    ['as track 2', { x: '5555555555554444=25121010000012300000' }, { x: '555555******4444=<T2>' }],
  ])('loses a card number %s', (_where, body, expected) => {
    if (expected !== undefined) expect(redact(body)).toEqual(expected)
    expect(String(keptBody(body)).replaceAll(/[^0-9]/g, '')).not.toContain(CARD)
  })

  it('keeps digests whole: they are compared digit by digit', () => {
    const sha256 = `${CARD}${'0'.repeat(48)}`
    expect(redact({ licenses: [{ sha256 }], statusHash: sha256 })).toEqual({
      licenses: [{ sha256 }],
      statusHash: sha256,
    })
    expect(redact({ name: sha256 })).not.toEqual({ name: sha256 })
  })

  it('is no deeper than anybody reads', () => {
    let body: unknown = 'end'
    for (let depth = 0; depth < 1000; depth++) body = [body]
    expect(JSON.stringify(redact(body))).toContain(CUT)
  })

  it('is cut to its limit between two letters, and says so', () => {
    expect(keptBody({ x: 'short' })).toBe('{"x":"short"}')
    expect(keptBody(undefined)).toBeNull()
    for (const letter of ['x', 'я', '漢', '😀']) {
      const kept = keptBody({ a: letter.repeat(BODY_MAX_BYTES) }) ?? ''
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(BODY_MAX_BYTES)
      expect(Buffer.byteLength(kept)).toBeGreaterThan(BODY_MAX_BYTES - 8)
      expect(kept).toMatch(/[^\ufffd]…$/u)
      expect(kept.isWellFormed()).toBe(true)
    }
  })

  it('leaves no part of a card number at the cut', () => {
    for (let before = BODY_MAX_BYTES - 40; before < BODY_MAX_BYTES; before++)
      expect(keptBody({ a: `${'x'.repeat(before)} ${CARD}` })).not.toMatch(/4111111/)
  })
})
