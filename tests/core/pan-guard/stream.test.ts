import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker, maskChunks, maskText } from '../../../src/core/pan-guard'
import { dumpOf, hiddenIn, TEST_CARDS } from '../../../src/tools/simulator/ecr/hidden'
import { ECR_PROTOCOLS, ecrLog } from '../../../src/tools/simulator/ecr/log'
import { chanceOf } from '../../../src/tools/simulator/random'
import { readableParts } from '../../support/card-numbers'

const PAN = TEST_CARDS[0]
const MANNERS = hiddenIn(PAN).map(([manner], at) => [manner, at] as const)
/** Larger than what the masker looks at together. */
const BEYOND_WINDOWS = 600_000
/** Where it gives the first bytes of a text without lines away. */
const FIRST_END = (512 - 16) * 1024

function masked(bytes: Uint8Array, pieces: readonly number[] = []) {
  const masker = createMasker()
  const parts: (Uint8Array | undefined)[] = []
  let at = 0
  for (const size of pieces) {
    parts.push(...masker.push(bytes.slice(at, at + size)))
    at += size
  }
  parts.push(...masker.push(bytes.slice(at)), ...masker.flush())
  return { bytes: Buffer.concat(parts.filter((part) => part !== undefined)), hits: masker.hits }
}

/** A day at the register without one card number. */
function cleanLog(seed: string, bytes: number): string {
  const parts: string[] = []
  let size = 0
  for (let day = 1; size < bytes; day++)
    for (const protocol of ECR_PROTOCOLS) {
      const from = new Date(Date.UTC(2026, 0, day))
      const to = new Date(from.getTime() + 12 * 3_600_000)
      const log = ecrLog(chanceOf(`${seed} ${day}`), {
        protocol,
        tid: '00001234',
        from,
        to,
        leaksPerThousand: 0,
      })
      for (const exchange of log) {
        parts.push(exchange)
        size += exchange.length
      }
    }
  return parts.join('')
}

describe('card data in a stream', () => {
  it.each(MANNERS)('is cut where it is %s', (_manner, at) => {
    for (const pan of TEST_CARDS) {
      const [, text] = hiddenIn(pan)[at] as [string, string]
      const { bytes, hits } = masked(
        Buffer.from(`2026-11-27 10:00:00.123 --> ${text}\n2026-11-27 10:00:01.000`),
      )
      expect([readableParts(bytes.toString(), pan), hits > 0, bytes.toString()]).toEqual([
        [],
        true,
        bytes.toString(),
      ])
    }
  })

  it('is cut in all lines of a dump, and in the characters beside them', () => {
    const dump = dumpOf(Buffer.from(`##########card=${PAN};amount=1250`), {})
    expect(masked(Buffer.from(dump)).bytes.toString()).toBe(
      [
        '0000: 23 23 23 23 23 23 23 23 23 23 63 61 72 64 3d 34   |##########card=4|',
        '0010: 31 31 31 31 31 2A 2A 2A 2A 2A 2A 31 31 31 31 3b   |11111******1111;|',
        '0020: 61 6d 6f 75 6e 74 3d 31 32 35 30                  |amount=1250|',
      ].join('\n'),
    )
  })

  it('is cut to what stays hexadecimal in fields of EMV', () => {
    expect(
      masked(
        Buffer.from('9F1A0206435A08411111111111111157114111111111111111D25122010000000000F'),
      ).bytes.toString(),
    ).toBe('9F1A0206435A08411111CCCCCC111157114111 11CCCCCC1111DCCCCCCCCCCCCCCCCCC'.replace(' ', ''))
  })

  it.each([
    ['cvv=123', 'cvv=***'],
    ['"cvc2": "1234"', '"cvc2": "****"'],
    ['PIN_BLOCK: 1A2B3C4D5E6F7081', 'PIN_BLOCK: ****************'],
    ['<pinBlock>0123456789ABCDEF</pinBlock>', '<pinBlock>****************</pinBlock>'],
  ])('is dropped where it proves the cardholder: %s', (text, cut) => {
    expect(maskText(text)).toEqual({ text: cut, hits: 1 })
  })

  it('is cut by the same rules as in a text, wherever the pieces end', () => {
    const pieces = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 })
    const part = fc.oneof(
      fc.constantFrom(...TEST_CARDS.flatMap((pan) => hiddenIn(pan).map(([, text]) => text))),
      fc.string({ maxLength: 30, unit: 'binary' }),
      fc.stringMatching(/^[0-9A-F =D^;:\n-]{0,40}$/),
      fc.constantFrom('\n', ' ', 'Карта ', '2026-11-27 10:00:00', '๔๑๑๑'),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), pieces, (parts, sizes) => {
        const bytes = Buffer.from(parts.join(''))
        const { text, hits } = maskText(bytes.toString(), true)
        const piecemeal = masked(bytes, sizes)
        expect([piecemeal.bytes.toString(), piecemeal.hits]).toEqual([text, hits])
      }),
      { numRuns: 400 },
    )
  })

  it('is cut in the same way in a long log, wherever the pieces end', () => {
    const leaks = {
      protocol: 'ttk' as const,
      tid: '00001234',
      from: new Date('2026-01-01'),
      leaksPerThousand: 300,
    }
    const log = [...ecrLog(chanceOf('leaks'), { ...leaks, to: new Date('2026-01-05') })].join('')
    const bytes = Buffer.from(log)
    expect(bytes.length).toBeGreaterThan(3 * BEYOND_WINDOWS)
    const whole = masked(bytes)
    expect(whole.hits).toBeGreaterThan(500)
    const chance = chanceOf('pieces')
    const sizes = Array.from({ length: 200 }, () => Math.floor(chance() * 20_000))
    const piecemeal = masked(bytes, sizes)
    expect(piecemeal.bytes.equals(whole.bytes)).toBe(true)
    expect(piecemeal.hits).toBe(whole.hits)
    expect(maskText(bytes.toString(), true).text).toBe(whole.bytes.toString())
    expect(readableParts(whole.bytes.toString(), ...TEST_CARDS)).toEqual([])
  })

  it('is cut wherever it stands in a log without lines', () => {
    const filler = Buffer.alloc(BEYOND_WINDOWS, 'no line ends here; ')
    for (const [nth, [manner, text]] of hiddenIn(PAN).entries()) {
      // Around where the first window ends, a little later each time.
      const at = FIRST_END - Math.round(text.length / 2) - 40 + nth * 3
      const bytes = Buffer.from(filler)
      bytes.write(` ${text} `, at)
      const { bytes: cut, hits } = masked(bytes)
      expect([manner, hits > 0, readableParts(cut.toString(), PAN)]).toEqual([manner, true, []])
    }
  })

  it('is found in digits without end', () => {
    const { bytes, hits } = masked(
      Buffer.from(`${'4 1 1 1 '.repeat(2_000)} ${PAN} ${'12 '.repeat(9_000)}${PAN}`),
    )
    expect(hits).toBeGreaterThan(1)
    expect(bytes.toString()).not.toContain(PAN)
  })

  it('passes a stream', async () => {
    let counted = 0
    const stream = maskChunks(Readable.from([Buffer.from('card '), Buffer.from(PAN)]), (hits) => {
      counted = hits
    })
    expect(await textOf(stream)).toBe('card 411111******1111')
    expect(counted).toBe(1)
  })
})

describe('a long look at hostile bytes', () => {
  it('is done in turns with what else the server does, though they come at once', async () => {
    let turns = 0
    let isDone = false
    const others = () => {
      turns++
      if (!isDone) setImmediate(others)
    }
    setImmediate(others)
    async function* atOnce() {
      yield Buffer.from('4x'.repeat(BEYOND_WINDOWS))
    }
    const whole = await textOf(maskChunks(atOnce()))
    isDone = true
    expect(whole).toHaveLength(2 * BEYOND_WINDOWS)
    expect(turns).toBeGreaterThan(5)
  })
})

describe('what is no card data', () => {
  it('stays in logs of all protocols, byte by byte', () => {
    const log = cleanLog('clean', BEYOND_WINDOWS)
    const { bytes, hits } = masked(Buffer.from(log))
    expect(hits).toBe(0)
    expect(bytes.equals(Buffer.from(log))).toBe(true)
  })

  it.each([
    [
      'RRN and amounts in hexadecimal',
      'TX 36 33 32 37 30 30 31 32 33 34 35 36 3B 30 30 30 30 30 30 30 31 32 35 35 30',
    ],
    ['a digest', 'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['a key serial number', 'KSN FFFF9876543210E00000'],
    ['a cryptogram', '9F2608A1B2C3D4E5F60718'],
    ['an IMEI', 'imei=356938035643809'],
    ['an ICCID', 'ICCID 8970199911111111111'],
    ['milliseconds', 't=1764000000000 dt=12'],
    ['a MAC address', '00:1A:2B:3C:4D:5E'],
    ['IPv6', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
    ['columns of numbers', '10 20 30 40 50 60 70 80 90'],
    ['a bar code', 'EAN 4600123456789 x 2'],
    ['fiscal data', 'ФН 9289440300123456 ФД 0000012345 ФПД 3141592653'],
    ['what was cut', '411111******1111, 34 31 31 31 31 31 2A 2A 2A 2A 2A 2A 31 31 31 31'],
  ])('stays: %s', (_what, text) => {
    expect(maskText(text, true)).toEqual({ text, hits: 0 })
  })
})
