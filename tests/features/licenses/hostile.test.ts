import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLATFORMS } from '../../../src/core/platforms'
import { readManifest } from '../../../src/features/licenses/manifest'
import { LICENCE_MAX_BYTES } from '../../../src/features/licenses/schemas'
import { makeLicenceFile, SAMPLE_KINDS } from '../../../src/tools/seed/licence-files'
import { recognise, SAMPLE } from './samples'

const filled = (text: string) => text.repeat(Math.floor(LICENCE_MAX_BYTES / text.length))

const HOSTILE: [name: string, content: string | Uint8Array][] = [
  ['a million open brackets', filled('[')],
  ['half a million nested arrays', '['.repeat(500_000) + ']'.repeat(500_000)],
  ['a tower of JSON objects', `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`],
  ['a JSON of a hundred thousand values', `[${filled('{"serial":1},').slice(0, -1)}]`],
  ['a tower of XML elements', filled('<a>')],
  ['a million of <', filled('<')],
  ['an XML tag of a megabyte of blanks', `<a${filled(' ')}>`],
  ['an XML tag of endless attributes', `<a ${filled('b="c" ')}`],
  ['an XML tag of a hundred thousand attributes', `<a ${filled('b="c" ')}/>`],
  ['comments that never end', filled('<!-- ')],
  ['a document type that never ends', `<!DOCTYPE a ${filled('[')}`],
  ['PEM blocks that never end', filled('-----BEGIN LICENSE-----\n')],
  ['a megabyte of line ends', filled('\n=')],
  ['binary', Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 7919) % 256))],
  ['zeroes', Buffer.alloc(LICENCE_MAX_BYTES)],
  ['UTF-16 cut in half', Buffer.from([0xff, 0xfe, 0x00])],
  ['nothing', ''],
]

describe('hostile files', () => {
  for (const [name, content] of HOSTILE) {
    it(`${name}: opaque, no facts`, () => {
      expect(recognise(content)).toMatchObject({ format: 'opaque', facts: {} })
    })
  }

  it('a billion laughs are not expanded', () => {
    const levels = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`)
    const text = `<!DOCTYPE z [<!ENTITY l0 "lol">${levels.join('')}]><z><serial>&l9;</serial></z>`
    expect(recognise(text)).toMatchObject({ format: 'xml', facts: {} })
  })

  it('a line of a megabyte tells nothing', () => {
    expect(recognise(`serial=${filled('A')}`)).toMatchObject({ format: 'opaque', facts: {} })
  })

  it('a value of a megabyte tells nothing', () => {
    expect(recognise(`{"serial":"${filled('A').slice(30)}"}`)).toMatchObject({ format: 'json', facts: {} })
  })

  it('ten thousand spellings of one serial number are ambiguous', () => {
    const spelling = (at: number) =>
      `{"sn":"${[...'abcdefghijklmnop'].map((l, b) => ((at >> b) & 1 ? l.toUpperCase() : l)).join('')}"}`
    const text = `[${Array.from({ length: 10_000 }, (_, at) => spelling(at)).join(',')}]`
    expect(recognise(text)).toMatchObject({ facts: {}, warnings: ['ambiguous_serial'] })
  })
})

describe('whatever comes', () => {
  it('random bytes and names never make the reader throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 60 }),
        (bytes, name) => {
          recognise(bytes, name)
          readManifest(bytes, PLATFORMS)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('random text of the formats’ own signs never makes the reader throw', () => {
    const signs = fc.constantFrom(
      ...'{}[]<>/="\'&;:,\\!?-#\n\r\t \uFEFF',
      'serial',
      '<![CDATA[',
      ']]>',
      '&#x41;',
      '-----BEGIN A-----',
      '-----END A-----',
      'QUJD',
    )
    fc.assert(
      fc.property(
        fc.array(signs, { maxLength: 60 }),
        fc.constantFrom('', '{', '<a ', '['),
        (parts, start) => {
          const bytes = Buffer.from(start + parts.join(''))
          recognise(bytes)
          readManifest(bytes, PLATFORMS)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('a file that was damaged or cut anywhere never tells other facts than the whole one', () => {
    const kinds = fc.constantFrom(...SAMPLE_KINDS.filter((kind) => kind === 'json' || kind === 'xml'))
    fc.assert(
      fc.property(kinds, fc.double({ min: 0, max: 1, noNaN: true }), (kind, share) => {
        const { bytes } = makeLicenceFile(kind, SAMPLE)
        const cut = bytes.subarray(0, Math.floor((bytes.length - 2) * share))
        expect(recognise(cut).facts).toEqual({})
      }),
    )
  })
})
