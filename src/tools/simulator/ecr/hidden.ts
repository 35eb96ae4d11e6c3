/** Test numbers that brands and acquirers publish: no card has them (PCI DSS 6.5.5). */
export const TEST_CARDS = [
  '4111111111111111',
  '4012888888881881',
  '5555555555554444',
  '5413330089020011',
  '2223003122003222',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '3530111333300000',
  '30569309025904',
  '6212345678901265',
  '2200700012345673',
  '8600123412341239',
  '9112380012345676',
  '6759649826438453',
] as const

const hexOf = (text: string, separator = ' ') =>
  [...Buffer.from(text, 'latin1')]
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join(separator)

const bcdOf = (digits: string) => (digits.length % 2 === 0 ? digits : `${digits}F`)
const pairsOf = (hex: string, separator = ' ') => (hex.match(/../g) ?? []).join(separator)
const lengthOf = (hex: string) => (hex.length / 2).toString(16).toUpperCase().padStart(2, '0')
const tlv = (tag: string, hex: string) => tag + lengthOf(hex) + hex
const grouped = (digits: string, separator: string) =>
  digits.length === 15
    ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10)].join(separator)
    : (digits.match(/.{1,4}/g) ?? []).join(separator)

/** A dump in lines: address, bytes, and the same as characters. */
export function dumpOf(
  bytes: Buffer,
  {
    width = 16,
    address = (at: number): string => `${at.toString(16).padStart(4, '0')}: `,
    column = true,
    middle = ' ',
  },
): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += width) {
    const part = [...bytes.subarray(at, at + width)]
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0'))
    const left = `${hex.slice(0, width / 2).join(' ')}${middle}${hex.slice(width / 2).join(' ')}`
    const chars = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(address(at) + (column ? `${left.padEnd(width * 3 + middle.length)} |${chars}|` : left))
  }
  return lines.join('\n')
}

/** Every manner in which logs of terminals and cash registers have been seen to hold a card number. */
export function hiddenIn(pan: string): [manner: string, text: string][] {
  const track2 = `${pan}=25121010000012300000`
  const bcd = bcdOf(pan)
  const equivalent = `${pan}D25121010000012300000`
  const tag57 = tlv('57', equivalent.length % 2 === 0 ? equivalent : `${equivalent}F`)
  const emv = `9F02060000000125509F1A020643${tlv('5A', bcd)}5F24032512315F340101${tag57}9F3602001A`
  const frame = Buffer.concat([
    Buffer.from('\x02010400'),
    Buffer.from(`SALE;${pan};000000012550\x03\x5a`, 'latin1'),
  ])
  const trackFrame = Buffer.from(`\x020104 AMT=1000 T2=;${track2}? OK\x03Z`, 'latin1')
  const offsets = [0, 1, 3, 5, 7, 9, 11, 13, 15]
  return [
    ['plain', `CARD ${pan} OK`],
    ['between letters', `N${pan}RUB`],
    ['in groups', grouped(pan, ' ')],
    ['with dashes', grouped(pan, '-')],
    ['digit by digit', [...pan].join(' ')],
    ['over two lines', `PAN ${grouped(pan, ' ').replace(/ (?=\S+$)/, '\n    ')}`],
    ['as a field', `pan=${pan};exp=2512`],
    ['as JSON', `{"cardNumber": "${pan}", "amount": 12550}`],
    ['as XML', `<field id="10">${pan}</field>`],
    ['as track 1', `%B${pan}^IVANOV/IVAN^25121010000000000?`],
    ['as track 2', `;${track2}?`],
    ['as track 2 in a field', `track2="${track2}"`],
    ['as tag 57', tag57],
    ['as tag 57 in pairs', pairsOf(tag57)],
    ['as tag 5A', tlv('5A', bcd)],
    ['as tag 5A in pairs', pairsOf(tlv('5A', bcd))],
    ['among EMV fields', emv],
    ['among EMV fields in pairs', pairsOf(emv)],
    ['among EMV fields in small letters', emv.toLowerCase()],
    ['as BMP 22 of ZVT', `06 D1 0C 22 F0 F8 ${pairsOf(bcd)} 1E 00`],
    ['in pairs of ASCII', hexOf(pan)],
    ['in pairs with commas', hexOf(pan, ',')],
    ['in pairs with colons', hexOf(pan, ':')],
    ['in pairs with dashes', hexOf(pan, '-')],
    ['in brackets', `<${hexOf(pan, '><')}>`],
    ['as an array of C', `0x${hexOf(pan, ', 0x')}`],
    ['as one word of ASCII', hexOf(pan, '')],
    [
      'as words of two bytes',
      hexOf(`${pan}${pan.length % 2 === 1 ? ' ' : ''}`, '').replace(/(.{4})(?=.)/g, '$1 '),
    ],
    ['in a frame', `TX: ${hexOf(frame.toString('latin1'))}`],
    ['track 2 in a frame', `RX: ${hexOf(trackFrame.toString('latin1'))}`],
    ...offsets.flatMap((offset): [string, string][] => {
      const shifted = Buffer.concat([Buffer.from('#'.repeat(offset)), frame])
      return [
        [`in a dump, ${offset} bytes on`, dumpOf(shifted, {})],
        [`in a dump without characters, ${offset} bytes on`, dumpOf(shifted, { column: false })],
        [`in a dump of eight, ${offset} bytes on`, dumpOf(shifted, { width: 8, column: false })],
        [
          `in a dump as hexdump makes it, ${offset} bytes on`,
          dumpOf(shifted, { address: (at) => `${at.toString(16).padStart(8, '0')}  `, middle: '  ' }),
        ],
        [
          `in a dump of BCD, ${offset} bytes on`,
          dumpOf(Buffer.concat([Buffer.from('#'.repeat(offset)), Buffer.from(emv, 'hex')]), {}),
        ],
      ]
    }),
  ]
}
