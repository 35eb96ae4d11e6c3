import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLATFORM_IDS, PLATFORMS } from '../../../src/core/platforms'
import type { FactName } from '../../../src/features/licenses/recognise/facts'
import { readFileName } from '../../../src/features/licenses/recognise/file-name'
import {
  compileFileNamePatterns,
  DEFAULT_FILE_NAME_TEMPLATES,
} from '../../../src/features/licenses/recognise/file-name-pattern'
import { platformNames } from '../../../src/features/licenses/recognise/values'

function read(fileName: string, ...templates: string[]) {
  const chosen = templates.length > 0 ? templates : DEFAULT_FILE_NAME_TEMPLATES
  const { patterns, problems } = compileFileNamePatterns(chosen)
  expect(problems).toEqual([])
  return readFileName(fileName, patterns, platformNames(PLATFORMS))
}

const END_OF_JANUARY = '2027-01-31T23:59:59.999Z'

describe('the default patterns', () => {
  for (const [fileName, facts] of [
    ['SN0001_LIC-77.lic', { serial: 'SN0001', licId: 'LIC-77' }],
    ['sn0001_lic_77.LIC', { serial: 'sn0001', licId: 'lic_77' }],
    ['SN0001.lic', { serial: 'SN0001' }],
    ['SN0001_ЛИЦ-77_31.01.2027.bin', { serial: 'SN0001', licId: 'ЛИЦ-77', validUntil: END_OF_JANUARY }],
    [
      'wiseasy-wpos3-SN0001-LIC-77-2027-01-31.dat',
      { platform: 'wiseasy-wpos3', serial: 'SN0001', licId: 'LIC-77', validUntil: END_OF_JANUARY },
    ],
    [
      'F20_SN-0001_LIC-77_20270131.lic',
      { platform: 'feitian-f20', serial: 'SN-0001', licId: 'LIC-77', validUntil: END_OF_JANUARY },
    ],
    [
      'Лицензии/Ingenico T3/SN0001_LIC-77.lic',
      { platform: 'ingenico-t3', serial: 'SN0001', licId: 'LIC-77' },
    ],
    ['readme.txt', {}],
    ['license.lic', {}],
    ['SN0001_LIC-77 (1).lic', {}],
    ['', {}],
  ] as const) {
    it(`${fileName || 'an empty name'} tells ${Object.keys(facts).join(', ') || 'nothing'}`, () => {
      expect(read(fileName)).toEqual({ facts, isAmbiguous: false })
    })
  }
})

describe('a configured pattern', () => {
  it('reads all its fields and any run of characters', () => {
    expect(read('acme (7) SN1+ps Pos@2026-01-01.x', 'ACME* {serial}+{product}@{issuedAt}.*').facts).toEqual({
      serial: 'SN1',
      product: 'ps Pos',
      issuedAt: '2026-01-01T00:00:00.000Z',
    })
  })

  it('a wildcard stays inside its folder', () => {
    expect(read('a/b/SN1.lic', 'a/*/{serial}.lic').facts).toEqual({ serial: 'SN1' })
    expect(read('a/b/c/SN1.lic', 'a/*/{serial}.lic').facts).toEqual({})
  })

  it('a name that can be read in two ways is not read', () => {
    expect(read('x_1_2_x', '*_{serial}_*')).toEqual({ facts: {}, isAmbiguous: true })
    expect(read('SN1_LIC-2.0.lic', '{serial}_{licId}.*')).toEqual({ facts: {}, isAmbiguous: true })
  })

  it('a name made to have countless readings is done with at once', () => {
    expect(read(`${'a1_'.repeat(80)}b`, '*_*_*_{serial}_{licId}_*').isAmbiguous).toBe(true)
  })

  for (const [template, code] of [
    ['{serial}{licId}.lic', 'fields_touch'],
    ['{serial}*', 'fields_touch'],
    ['**{serial}', 'fields_touch'],
    ['{serial}_{serial}', 'repeated_field'],
    ['{tid}_x', 'unknown_field'],
    ['{toString}', 'unknown_field'],
    ['{serial', 'unclosed_field'],
    ['serial}', 'unclosed_field'],
    ['*.lic', 'no_field'],
    ['', 'no_field'],
    ['*a*b*c*d*e{serial}', 'too_many_wildcards'],
    ['a\\{serial}', 'forbidden_character'],
    ['a\u0007{serial}', 'forbidden_character'],
    [`${'a'.repeat(300)}{serial}`, 'too_long'],
  ] as const) {
    it(`${template.slice(0, 30) || 'an empty template'} is refused: ${code}`, () => {
      expect(compileFileNamePatterns([template, '{serial}.lic'])).toMatchObject({
        patterns: [{ template: '{serial}.lic' }],
        problems: [{ template, code }],
      })
    })
  }
})

describe('what a template writes it reads back', () => {
  const word = fc.stringMatching(/^[A-Z]{1,3}[0-9]{1,8}$/)
  const day = fc
    .date({ min: new Date('1995-01-01'), max: new Date('2150-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10))
  const values: Record<FactName, fc.Arbitrary<{ written: string; read: string }>> = {
    serial: word.map((written) => ({ written, read: written })),
    platform: fc.constantFrom(...PLATFORM_IDS).map((written) => ({ written, read: written })),
    licId: fc.stringMatching(/^LIC-[0-9]{1,4}$/).map((written) => ({ written, read: written })),
    product: fc.stringMatching(/^[a-zа-я]{1,12}$/).map((written) => ({ written, read: written })),
    issuedAt: day.map((written) => ({ written, read: `${written}T00:00:00.000Z` })),
    validUntil: day.map((date) => ({ written: date.replaceAll('-', ''), read: `${date}T23:59:59.999Z` })),
  }
  const templates = fc
    .record({
      names: fc.shuffledSubarray(Object.keys(values) as FactName[], { minLength: 1 }),
      separators: fc.array(fc.constantFrom('_', '+', '@', ' ~ ', '/'), { minLength: 6, maxLength: 6 }),
      ending: fc.constantFrom('.lic', '.*', '', '@'),
    })
    .map(({ names, separators, ending }) => ({
      names,
      template: names.map((name, at) => `${at > 0 ? separators[at] : ''}{${name}}`).join('') + ending,
    }))

  it('for any order of fields and any separators', () => {
    fc.assert(
      fc.property(templates, fc.record(values), ({ names, template }, facts) => {
        const written = names.reduce(
          (name, field) => name.replace(`{${field}}`, facts[field].written),
          template,
        )
        const expected = Object.fromEntries(names.map((field) => [field, facts[field].read]))
        expect(read(written.replace('*', 'ext'), template)).toEqual({ facts: expected, isAmbiguous: false })
      }),
      { numRuns: 500 },
    )
  })
})
