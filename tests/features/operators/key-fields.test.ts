import { describe, expect, it } from 'vitest'
import { PERMISSION_NAMES } from '../../../src/core/permissions'
import { COLUMNS, featuresOf } from '../../../src/features/operators/ui/keys/features'
import { endOf, KeyFields, lastDayOf } from '../../../src/features/operators/ui/keys/fields'
import { en } from '../../../src/i18n/en'
import { ru } from '../../../src/i18n/ru'

const form = {
  name: 'books',
  scopes: ['eslips:read'],
  validTo: '',
  allowedAddresses: '',
  requestsPerMinute: '',
}
const judge = (part: Partial<typeof form>) => KeyFields.safeParse({ ...form, ...part })
const issuesOf = (part: Partial<typeof form>) =>
  judge(part).error?.issues.map((one) => [one.message, one.code === 'custom' ? one.params : undefined])

describe('the form of an API key', () => {
  it('takes addresses as people paste them, a line each or parted by commas, in canonical form', () => {
    const text = '  192.0.2.7\n\n10.0.0.0/8, 2001:DB8::/32;\n::ffff:192.0.2.9 \n'
    expect(judge({ allowedAddresses: text }).data?.allowedAddresses).toEqual([
      '192.0.2.7',
      '10.0.0.0/8',
      '2001:db8::/32',
      '192.0.2.9',
    ])
    expect(judge({}).data?.allowedAddresses).toEqual([])
  })

  it('names the line that is wrong, and the network that was meant', () => {
    expect(issuesOf({ allowedAddresses: '192.0.2.7\n\nbackoffice.example' })).toEqual([
      ['apiKeys.addresses.wrong', { line: 3, text: 'backoffice.example' }],
    ])
    expect(issuesOf({ allowedAddresses: '10.1.2.3/8' })).toEqual([
      ['apiKeys.addresses.bitsBehind', { line: 1, text: '10.1.2.3/8', network: '10.0.0.0/8' }],
    ])
    const many = Array.from({ length: 51 }, (_, at) => `192.0.2.${at}`).join('\n')
    expect(issuesOf({ allowedAddresses: many })).toEqual([['apiKeys.addresses.tooMany', { most: 50 }]])
  })

  it('takes a rate, or none, and no other text', () => {
    expect(judge({ requestsPerMinute: ' 120 ' }).data?.requestsPerMinute).toBe(120)
    expect(judge({ requestsPerMinute: '' }).data?.requestsPerMinute).toBeNull()
    for (const wrong of ['0', '1.5', 'many', '1000001'])
      expect(judge({ requestsPerMinute: wrong }).success).toBe(false)
  })

  it('gives a day back as it was chosen', () => {
    for (const day of ['2026-02-28', '2026-03-29', '2026-12-31']) expect(lastDayOf(endOf(day))).toBe(day)
    expect(lastDayOf(null)).toBe('')
  })
})

describe('the table of permissions', () => {
  it('has each of them once, and a word for every feature in both languages', () => {
    const features = featuresOf(PERMISSION_NAMES)
    const shown = features.flatMap((one) => COLUMNS.flatMap((column) => one[column]))
    expect([...shown].sort()).toEqual([...PERMISSION_NAMES].sort())
    const names = features.map(({ name }) => name).sort()
    for (const words of [en, ru]) expect(Object.keys(words.apiKeys.feature).sort()).toEqual(names)
  })
})
