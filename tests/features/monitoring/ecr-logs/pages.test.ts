import { describe, expect, it } from 'vitest'
import { EcrLogFilter } from '../../../../src/features/monitoring/ecr-logs/schemas'
import { filterOf, zipHref } from '../../../../src/features/monitoring/ecr-logs/ui/places'
import { piecesOf } from '../../../../src/features/monitoring/ecr-logs/ui/visible'

const address = (given: Record<string, string>) => ({ filter: (name: string) => given[name] })

describe('a row of a log', () => {
  it('shows control bytes as signs, and the rest as it is', () => {
    expect(piecesOf('\u0002SALE\u0003\u007f', '')).toEqual([
      { text: '␂', isFound: false, isControl: true },
      { text: 'SALE', isFound: false, isControl: false },
      { text: '␃␡', isFound: false, isControl: true },
    ])
  })

  it('marks what is looked for wherever it stands, in small or capital letters', () => {
    const pieces = piecesOf('Оплата, оплата', 'ОПЛАТА')
    expect(pieces.filter((one) => one.isFound).map((one) => one.text)).toEqual(['Оплата', 'оплата'])
    expect(pieces.map((one) => one.text).join('')).toBe('Оплата, оплата')
  })
})

describe("the list's filter", () => {
  it('is what the address says, in days of whoever looks', () => {
    const filter = filterOf(
      address({ search: ' SN1 ', first: '2026-11-26', last: '2026-11-26', size: 'medium', card: 'yes' }),
    )
    expect(EcrLogFilter.parse(filter)).toEqual(filter)
    expect(filter).toMatchObject({
      search: 'SN1',
      minBytes: 1_048_576,
      maxBytes: 10_485_759,
      hasCardNumbers: true,
    })
    expect(Date.parse(filter.to ?? '') - Date.parse(filter.from ?? '')).toBe(86_400_000)
  })

  it('leaves out what no filter knows', () => {
    expect(filterOf(address({ first: 'x', size: 'huge', card: 'maybe', search: ' ' }))).toEqual({})
  })

  it('leads to the ZIP of the same logs', () => {
    expect(zipHref({})).toBe('/api/v1/ecr-logs/export.zip')
    expect(zipHref({ search: 'a&b', hasCardNumbers: true })).toBe(
      '/api/v1/ecr-logs/export.zip?search=a%26b&hasCardNumbers=true',
    )
    expect(zipHref({ logIds: ['a', 'b'] })).toBe('/api/v1/ecr-logs/export.zip?logIds=a%2Cb')
  })
})
