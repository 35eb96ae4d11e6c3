import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskText, passesLuhn } from '../../../src/core/pan-guard'

describe('card data in text', () => {
  it.each([
    ['4111111111111111', '411111******1111'],
    ['4111 1111 1111 1111', '4111 11** **** 1111'],
    ['4111-1111-1111-1111', '4111-11**-****-1111'],
    ['378282246310005', '378282*****0005'],
    ['2200700012345673', '220070******5673'],
    ['8600123412341239', '860012******1239'],
    ['9112380012345676', '911238******5676'],
    ['card 5555555555554444.', 'card 555555******4444.'],
    [';5555555555554444=25121010000012300000?', '555555******4444=<T2>'],
    ['%B4111111111111111^IVANOV/IVAN^25121010000000000?', '%B411111******1111'],
    ['57115413339000001513D25122010000000000F', '5711541333CCCCCC1513DCCCCCCCCCCCCCCCCCC'],
    ['5A085413339000001513', '5A08541333CCCCCC1513'],
    ['34 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31', '34 31 31 31 31 31 2A 2A 2A 2A 2A 2A 31 31 31 31'],
    ['pan=1234567890123456', 'pan=123456******3456'],
    ['"cardNumber": "1234567890123"', '"cardNumber": "123456***0123"'],
  ])('%s becomes %s', (text, masked) => {
    expect(maskText(text)).toEqual({ text: masked, hits: 1 })
  })

  it.each([
    'N4111111111111111',
    'CARD#4111111111111111',
    '4111111111111111RUB',
    '*4111111111111111',
    'x4111111111111111x',
    '4111111111111111.00',
    '4111  1111  1111  1111',
    '4111.1111.1111.1111',
    '4111/1111/1111/1111',
    '4111_1111_1111_1111',
    '4111\t1111\t1111\t1111',
    '4111\u00a01111\u00a01111\u00a01111',
    '4111\u20111111\u20111111\u20111111',
    '4111\u200b1111\u200b1111\u200b1111',
    '4111,1111,1111,1111',
    '４１１１１１１１１１１１１１１１',
    '٤١١١١١١١١١١١١١١١',
    '004111111111111111',
    '4111111111111111F',
    '41111111111111112512',
    'Карта4111111111111111',
  ])('is cut as %s', (text) => {
    const { text: masked, hits } = maskText(text)
    expect(hits).toBe(1)
    expect([...masked].filter((char) => char === '*').length).toBeGreaterThanOrEqual(6)
  })

  it('is cut where it goes on in the next line, if lines belong together', () => {
    const lines = 'PAN 4111 1111\n    1111 1111'
    expect(maskText(lines).hits).toBe(0)
    expect(maskText(lines, true)).toEqual({ text: 'PAN 4111 11**\n    **** 1111', hits: 1 })
  })

  it.each([
    ['an RRN', 'rrn 632700123456'],
    ['a time stamp', '20261124120000'],
    ['milliseconds', '1763985600000'],
    ['a key serial number', 'FFFF9876543210E00000'],
    ['an IMEI', '356938035643809'],
    ['an ICCID', '8970199911111111111'],
    ['a hash', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['an amount', 'amount 000000012550'],
    ['TID and MID', '00001234 000000000001234'],
    ['what is masked already', '220070******5673'],
    ['a UUID', '018f4e9a-1234-7abc-8def-123456789012'],
    ['a version', '3.14.2.20261124'],
    ['a telephone', '+7 495 123-45-67'],
  ])('leaves %s alone', (_what, text) => {
    expect(maskText(text)).toEqual({ text, hits: 0 })
  })

  const pan = fc
    .tuple(fc.constantFrom('4', '51', '2200', '62', '9112'), fc.stringMatching(/^\d{16}$/))
    .map(([prefix, rest]) => {
      const body = (prefix + rest).slice(0, 15)
      for (let check = 0; check < 10; check++) if (passesLuhn(body + check)) return body + check
      return body
    })

  it('never lets the middle of a number through, wherever it stands', () => {
    const around = fc.string({ maxLength: 30 }).filter((text) => !/[0-9A-Za-z*#.-]/.test(text))
    fc.assert(
      fc.property(pan, around, around, (number, before, after) => {
        const { text } = maskText(`${before} ${number} ${after}`)
        expect(text).not.toContain(number.slice(6, 12))
      }),
    )
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(pan, (number) => {
        const once = maskText(`a ${number} b`).text
        expect(maskText(once)).toEqual({ text: once, hits: 0 })
      }),
    )
  })
})
