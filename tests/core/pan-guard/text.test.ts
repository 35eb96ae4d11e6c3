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
    [
      String.raw`\x02\x34\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x31\x03`,
      String.raw`\x02\x34\x31\x31\x31\x31\x31\x2A\x2A\x2A\x2A\x2A\x2A\x31\x31\x31\x31\x03`,
    ],
    ['pan=1234567890123456', 'pan=123456******3456'],
    ['card number : 1234567890123456', 'card number : 123456******3456'],
    ['Card No. = 1234567890123456', 'Card No. = 123456******3456'],
    ['Номер карты: 1234567890123456', 'Номер карты: 123456******3456'],
    ['КАРТА №: 1234567890123456', 'КАРТА №: 123456******3456'],
    ['<field id="10">1234567890123456</field>', '<field id="10">123456******3456</field>'],
    ['pinblock=0123456789ABCDEF', 'pinblock=****************'],
    ['PIN block: 01 23 45 67 89 AB CD EF', 'PIN block: ** ** ** ** ** ** ** **'],
    ['tag 9908A1B2C3D4E5F60718', 'tag 9908CCCCCCCCCCCCCCCC'],
    ['99080123456789ABCDEF', '9908CCCCCCCCCCCCCCCC'],
    [
      '9F02060000000125509F1A0206439908A1B2C3D4E5F607189F360200',
      '9F02060000000125509F1A0206439908CCCCCCCCCCCCCCCC9F360200',
    ],
    [
      '9F 02 06 00 00 00 01 25 50 99 08 A1 B2 C3 D4 E5 F6 07 18',
      '9F 02 06 00 00 00 01 25 50 99 08 CC CC CC CC CC CC CC CC',
    ],
    [
      '70209F02060000000125505F200A49564D4F562F4956414E9F1A0206439A03261127',
      '70209F02060000000125505F200ACCCCCCCCCCCCCCCCCCCC9F1A0206439A03261127',
    ],
    ['tag 9908ABCDEFABCDEFABCD', 'tag 9908CCCCCCCCCCCCCCCC'],
    ['DE52: ABCDEFABCDEFABCD', 'DE52: ****************'],
    ['DE52: 0123456789ABCDEF', 'DE52: ****************'],
    ['DE 052 = 01 23 45 67 89 AB CD EF', 'DE 052 = ** ** ** ** ** ** ** **'],
    ['F52=A1B2C3D4E5F60718;', 'F52=****************;'],
    ['"field_52": "0123456789ABCDEF"', '"field_52": "****************"'],
    ['Поле 52: 0123456789ABCDEF', 'Поле 52: ****************'],
    ['4111111111111111 = 25121010000012300000', '411111******1111 = <T2>'],
    ['t2: 5555555555554444  =  2512201 ok', 't2: 555555******4444  =  <T2> ok'],
    ['track 1234567890123456D25122010000012300000F', 'track 123456******3456D<T2>'],
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
    '4111   1111   1111   1111',
    '4111 - 1111 - 1111 - 1111',
    '4111\u22121111\u22121111\u22121111',
    '4111\u00ad1111\u00ad1111\u00ad1111',
    '4111\u00011111\u00011111\u00011111',
    '4111\ufe0f1111\ufe0f1111\ufe0f1111',
    '4111|1111|1111|1111',
    '4111\\1111\\1111\\1111',
    '4111;1111;1111;1111',
    "4111'1111'1111'1111",
    '4111·1111·1111·1111',
    '4\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1\u200b1',
    '৪১১১১১১১১১১১১১১১',
    '๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑',
    '𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏',
    '④①①①①①①①①①①①①①①①',
    '632700123456 4111111111111111',
    '4111111111111111 632700123456',
    '26.11.2026 4111111111111111',
  ])('is cut as %s', (text) => {
    const { text: masked, hits } = maskText(text)
    expect(hits).toBe(1)
    expect([...masked].filter((char) => char === '*').length).toBeGreaterThanOrEqual(6)
  })

  it('is cut twice where two numbers stand without anything between', () => {
    expect(maskText('41111111111111115500000000000004')).toEqual({
      text: '411111******1111550000******0004',
      hits: 2,
    })
  })

  it.each([
    ['filled up to the width of the paper', `${'4111 1111'.padEnd(48)}\n${'1111 1111'.padEnd(48)}`],
    ['centred', `${' '.repeat(19)}4111 1111${' '.repeat(20)}\n${' '.repeat(19)}1111 1111`],
    ['filled up with other blanks', '4111 1111\u00a0\u00a0\u00a0\u00a0\u00a0\n1111 1111'],
    ['ended by CR and LF', '4111 1111\r\n1111 1111'],
    ['with an empty one between', '4111 1111\r\n\n1111 1111'],
    ['with the dash at their end', '4111-1111-\n1111-1111'],
    ['of four digits each', '4111\n1111\n1111\n1111'],
  ])('is cut in lines %s, and no line is lost', (_what, text) => {
    const { text: masked, hits } = maskText(text, true)
    expect(hits).toBe(1)
    expect(masked.replace(/[^\d*]/g, '')).toBe('411111******1111')
    expect(masked.replace(/[\d*]/g, '')).toBe(text.replace(/\d/g, ''))
  })

  it.each([
    ['a check value behind it', '4111111111111111123'],
    ['a sequence number behind it', '411111111111111101'],
    ['its length before it', '164111111111111111'],
    ['a STAN before it', '0047114111111111111111'],
    ['colons', '4111:1111:1111:1111'],
    ['the x that people type', '4111 x 1111 x 1111 x 1111'],
    ['brackets', '(4111)(1111)(1111)(1111)'],
    ['wide blanks', '4111     1111     1111     1111'],
    ['a blank after each digit', [...'4111111111111111'].join('  ')],
    ['the shape of American Express', '3782 822463 10005'],
  ])('is cut with %s', (_what, text) => {
    const { text: masked, hits } = maskText(text)
    expect(hits).toBe(1)
    expect(masked).toContain('*')
    expect(masked.replace(/[^\d*]/g, '')).toMatch(/\d{6}\*{5,6}\d{4}/)
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
    ['a word with digits around a D', 'build 1234567890123456D25992010000'],
    ['a serial number with a D', 'SN 1234567890123456D2512201X'],
    ['a card file', 'картотека: 1234567890123456'],
    ['another field', '<field id="14">1234567890123456</field>'],
    ['a digest that begins like a PIN', '9908a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2'],
    ['a word that is too short for one', '9908A1B2C3D4E5F607'],
    ['a number that begins like one', '99081234567890123456'],
    ['a digest with one in it', 'd4a1b2c3000000000000d49908a1b2c3d4e5f6071809a8b7c6d5e4f3021100'],
    ['bytes that are no name', '9F02060000000125505F200A01020304050607080900'],
    ['fields of EMV without any', '9F02060000000125509F1A0206435F2A0206439A032611279C0100'],
    ['security data in field 53', 'DE53: 0123456789ABCDEF'],
    ['a field whose number only ends alike', 'DE152: 0123456789ABCDEF'],
    ['a field whose number goes on', 'DE520: 0123456789ABCDEF'],
    ['a code whose name ends alike', 'CODE52: A1B2C3D4E5F60718'],
    ['a MAC of more bytes in a field 52', 'DE52: 0123456789ABCDEF01'],
    ['a field 52 that is a word', 'DE52: 0123456789ABCDEFG'],
    ['a time beside what is eight bytes', 'at 10:52: 0123456789ABCDEF'],
    ['a field 52 without a value', 'DE52: -'],
    ['a sum of numbers that are no cards', '632700123456 = 25121010000'],
    ['an equation', '1234567890123456 = 2512201'],
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

  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
  const moment = fc
    .date({ min: new Date('2025-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString())
  /** ISO 8583, DE 37: year, day of the year and a number. In 2026 it begins as cards do. */
  const rrn = fc
    .tuple(fc.integer({ min: 1, max: 366 }), digits(8))
    .map(([day, rest]) => `6${`${day}`.padStart(3, '0')}${rest}`)
  const amount = fc.integer({ min: 0, max: 10 ** 11 }).map((minor) => minor / 100)

  it.each<[string, fc.Arbitrary<string>]>([
    ['RRN', rrn],
    ['RRN beside STAN or authorisation code', fc.tuple(rrn, digits(6)).map((both) => both.join(' '))],
    ['STAN before RRN, in lines', fc.tuple(digits(6), rrn).map((both) => both.join('\n'))],
    ['RRN before an amount', fc.tuple(rrn, amount).map(([one, sum]) => `${one} ${sum.toFixed(2)}`)],
    [
      'journals',
      fc
        .array(fc.tuple(digits(4), rrn, amount), { minLength: 5, maxLength: 5 })
        .map((rows) => rows.map(([no, one, sum]) => `${no} ${one} ${sum.toFixed(2)}`).join('\n')),
    ],
    ['RRN with a receipt number in the next line', fc.tuple(rrn, digits(4)).map((both) => both.join('\n'))],
    ['names of TID and STAN', fc.tuple(digits(4), digits(6)).map(([tid, stan]) => `5000${tid}-${stan}`)],
    [
      'dates beside a TID',
      fc
        .tuple(moment, digits(7))
        .map(([iso, tid]) => `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} 5${tid}`),
    ],
    [
      'taxpayers by their numbers alone',
      fc.tuple(digits(9), digits(9)).map(([inn, kpp]) => `5${inn}/${kpp}`),
    ],
    [
      'two amounts in a line',
      fc
        .tuple(amount, amount)
        .map((both) =>
          both.map((one) => one.toLocaleString('ru-RU', { minimumFractionDigits: 2 })).join('  '),
        ),
    ],
    ['sole traders', digits(12).map((rest) => `304${rest}`)],
    ['times', moment],
    [
      'times as Russians write them',
      moment.map((iso) => `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 19)}`),
    ],
    ['times without anything between', moment.map((iso) => iso.replace(/\D/g, ''))],
    ['milliseconds', moment.map((iso) => `${Date.parse(iso)}`)],
    ['amounts', amount.map((major) => major.toFixed(2))],
    ['amounts in groups', amount.map((major) => major.toLocaleString('ru-RU', { minimumFractionDigits: 2 }))],
    ['taxpayers', fc.tuple(digits(9), digits(9)).map(([inn, kpp]) => `ИНН 7${inn} КПП ${kpp}`)],
    [
      'telephones',
      digits(9).map(
        (rest) => `+7 (9${rest.slice(0, 2)}) ${rest.slice(2, 5)}-${rest.slice(5, 7)}-${rest.slice(7)}`,
      ),
    ],
  ])('is not seen in %s', (_what, texts) => {
    const taken = fc
      .sample(texts, { numRuns: 3_000, seed: 7 })
      .filter((text) => maskText(text, true).hits > 0)
    expect(taken).toEqual([])
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

describe('a journal of small amounts', () => {
  it('loses none of them, though their digits look like bytes, one below the other', () => {
    const rows = Array.from({ length: 6_000 }, (_, at) => {
      const time = new Date(Date.UTC(2026, 10, 25, 10) + at * 1000)
        .toISOString()
        .slice(0, 19)
        .replace('T', ' ')
      return `${time} ${at % 2 === 0 ? '->' : '<-'} amount ${at}.00`
    })
    const text = rows.join('\n')
    expect(maskText(text)).toEqual({ text, hits: 0 })
  })
})
