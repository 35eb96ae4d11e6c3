import { describe, expect, it } from 'vitest'
import { cryptogramOf, tsiBits, tvrBits } from '../../../src/features/eslips/browse/ui/emv'
import {
  filterOf,
  SLIP_FILTERS,
  type SlipFilterName,
} from '../../../src/features/eslips/browse/ui/filter-state'
import { isWithinDays, PRESETS, periodOf, TOTALS_DAYS } from '../../../src/features/eslips/browse/ui/period'
import { exportPath, receiptPath } from '../../../src/features/eslips/browse/ui/places'
import { countsByType, totalsOf } from '../../../src/features/eslips/browse/ui/totals-data'
import { CsvQuery, ReceiptQuery, ZipQuery } from '../../../src/features/eslips/downloads/schemas'
import { SlipFilter, SlipTotalsInput, TOTALS_MOST_DAYS } from '../../../src/features/eslips/search/schemas'
import { en } from '../../../src/i18n/en'

const NOW = new Date(2026, 10, 23, 15, 30)
const ID = '0197d1d0-0000-7000-8000-000000000001'
const address = (values: Partial<Record<SlipFilterName, string>>) => ({
  filter: (name: SlipFilterName) => values[name],
})
const queryOf = (path: string) => Object.fromEntries(new URL(path, 'http://localhost').searchParams)

describe('the filter in the address', () => {
  it('is never one that the server refuses, neither for the list nor for a download', () => {
    const odd = [
      '',
      ' ',
      'x',
      'x'.repeat(65),
      ID,
      `${ID}0`,
      '0',
      '-1',
      '1e9',
      'rub',
      '2026-13-45',
      '12,345',
      'NaN',
    ]
    const known = [
      'own',
      'any',
      'today',
      '2026-11-23',
      '1250,50',
      '3456',
      'RUB',
      'sale',
      'approved',
      'pan',
      'late',
    ]
    for (const name of SLIP_FILTERS)
      for (const value of [...odd, ...known]) {
        const filter = filterOf(address({ period: 'own', first: '2026-11-01', [name]: value }), NOW)
        expect(SlipFilter.safeParse(filter).success, `${name}=${value}`).toBe(true)
        expect(CsvQuery.safeParse(queryOf(exportPath(filter, 'csv', 'ru'))).success).toBe(true)
        expect(ZipQuery.safeParse(queryOf(exportPath(filter, 'pdf', 'en'))).success).toBe(true)
      }
  })

  it('is the filter of the server, amounts in minor units of the currency', () => {
    const state = address({
      period: 'any',
      tid: ' 00001234 ',
      amountFrom: '1250,5',
      amountTo: '2000',
      merchant: ID,
      scheme: 'MIR',
      mark: 'pan',
    })
    expect(filterOf(state, NOW)).toEqual({
      tid: '00001234',
      amountFrom: 125_050,
      amountTo: 200_000,
      merchantId: ID,
      scheme: 'mir',
      hadPan: true,
    })
    expect(filterOf(address({ period: 'any', amountFrom: '1500', currency: 'jpy' }), NOW)).toEqual({
      amountFrom: 1_500,
      currency: 'JPY',
    })
  })

  it('is over all time where it names one slip, unless a period is chosen', () => {
    for (const name of ['rrn', 'authCode', 'receiptNo']) {
      expect(filterOf(address({ [name]: '632700080007' }), NOW)).toEqual({ [name]: '632700080007' })
      expect(filterOf(address({ [name]: ' ' }), NOW)).toHaveProperty('from')
      expect(filterOf(address({ [name]: '1', period: 'week' }), NOW)).toHaveProperty('from')
    }
    expect(filterOf(address({ last4: '1234' }), NOW)).toHaveProperty('from')
  })

  it('leads to a receipt as the server takes it', () => {
    const query = queryOf(receiptPath(ID, 'pdf', 'customer', 'ru'))
    expect(ReceiptQuery.parse(query)).toEqual({ copy: 'customer', lang: 'ru' })
  })
})

describe('a period', () => {
  const days = ({ from, to }: { from?: string; to?: string }) =>
    [from, to].map((one) => (one === undefined ? undefined : new Date(one).toString().slice(4, 21)))

  it.each([
    ['today', 'Nov 23 2026 00:00', 'Nov 24 2026 00:00'],
    ['yesterday', 'Nov 22 2026 00:00', 'Nov 23 2026 00:00'],
    ['week', 'Nov 17 2026 00:00', 'Nov 24 2026 00:00'],
    ['month', 'Oct 25 2026 00:00', 'Nov 24 2026 00:00'],
    ['any', undefined, undefined],
  ] as const)('%s begins and ends at midnight where one looks', (preset, from, to) => {
    expect(days(periodOf(preset, {}, NOW))).toEqual([from, to])
  })

  it('of one’s own includes its last day, and may be open at either end', () => {
    expect(days(periodOf('own', { first: '2026-11-01', last: '2026-11-01' }, NOW))).toEqual([
      'Nov 01 2026 00:00',
      'Nov 02 2026 00:00',
    ])
    expect(days(periodOf('own', { last: '2026-11-01' }, NOW))).toEqual([undefined, 'Nov 02 2026 00:00'])
    expect(periodOf('own', { first: 'x' }, NOW)).toEqual({})
  })

  it('is summed up where the server does', () => {
    expect(TOTALS_DAYS).toBe(TOTALS_MOST_DAYS)
    for (const preset of PRESETS) {
      const period = periodOf(preset, { first: '2026-01-01', last: '2026-11-01' }, NOW)
      expect(isWithinDays(period, TOTALS_DAYS), preset).toBe(SlipTotalsInput.safeParse(period).success)
    }
  })
})

describe('totals', () => {
  const group = (
    currency: string,
    type: 'sale' | 'refund' | 'preauth',
    result: 'approved' | 'declined',
    count = 1,
  ) => ({
    currency,
    type,
    result,
    count,
    amount: count * 100,
  })

  it('take off what went back, count refusals, and leave out what moves no money', () => {
    const groups = [
      group('RUB', 'sale', 'approved', 10),
      group('RUB', 'sale', 'declined', 2),
      group('RUB', 'refund', 'approved', 3),
      group('RUB', 'preauth', 'approved', 4),
      group('BYN', 'sale', 'approved', 1),
    ]
    expect(totalsOf(groups)).toEqual([
      {
        currency: 'RUB',
        paid: { count: 10, amount: 1_000 },
        back: { count: 3, amount: 300 },
        net: 700,
        declined: 2,
        others: 4,
      },
      {
        currency: 'BYN',
        paid: { count: 1, amount: 100 },
        back: { count: 0, amount: 0 },
        net: 100,
        declined: 0,
        others: 0,
      },
    ])
    expect(countsByType(groups)[0]).toEqual({ type: 'sale', granted: 11, declined: 2, others: 0 })
  })
})

describe('the bits of EMV', () => {
  it.each([
    ['8000000000', [['B1b8', 'odaNotPerformed']]],
    [
      '0480000000',
      [
        ['B1b3', 'cdaFailed'],
        ['B2b8', 'otherVersion'],
      ],
    ],
    [
      '0000240000',
      [
        ['B3b6', 'pinTriesExceeded'],
        ['B3b3', 'onlinePin'],
      ],
    ],
    ['0000008000', [['B4b8', 'floorLimit']]],
    [
      '0000000810',
      [
        ['B4b4', 'forcedOnline'],
        ['B5b5', 'scriptAfterFailed'],
      ],
    ],
    ['0000000001', [['B5b1', 'reserved']]],
    ['0000000000', []],
  ])('of TVR %s are read as annex C5 has them', (hex, bits) => {
    expect(tvrBits(hex)?.map(({ place, name }) => [place, name])).toEqual(bits)
  })

  it('of TSI are read as annex C6 has them', () => {
    expect(tsiBits('e800')?.map(({ name }) => name)).toEqual([
      'odaPerformed',
      'cvmPerformed',
      'cardRisk',
      'terminalRisk',
    ])
  })

  it('are not guessed where the length is another', () => {
    for (const hex of ['', '00', '000000800', '00000080000', 'zz00008000'])
      expect(tvrBits(hex)).toBeUndefined()
    expect(tsiBits('0000008000')).toBeUndefined()
  })

  it('have each a text, and each text a bit', () => {
    const all = [...(tvrBits('ffffffffff') ?? []), ...(tsiBits('ffff') ?? [])].map(({ name }) => name)
    expect([...new Set(all)].sort()).toEqual(Object.keys(en.slips.bit).sort())
  })

  it.each([
    ['TC', 'tc'],
    ['arqc', 'arqc'],
    ['40', 'tc'],
    ['80', 'arqc'],
    ['00', 'aac'],
    ['C0', undefined],
    ['?', undefined],
  ])('of the cryptogram %s say %s', (acType, name) => {
    expect(cryptogramOf(acType)).toBe(name)
  })
})
