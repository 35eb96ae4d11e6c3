import { describe, expect, it } from 'vitest'
import { DIMENSIONS } from '../../../../src/features/monitoring/analysis/dimensions'
import { exportHref, placesOf } from '../../../../src/features/monitoring/analysis/ui/places'
import { en } from '../../../../src/i18n/en'
import { ru } from '../../../../src/i18n/ru'

const ID = '0197d1d0-0000-7000-8000-000000000001'
const address = (values: Record<string, string>) => ({ filter: (name: string) => values[name] })

describe('the page of the analysis', () => {
  it.each([en, ru])('has words for everything that is told apart, and no others', ({ analysis }) => {
    expect(Object.keys(analysis.dimension).sort()).toEqual(DIMENSIONS.map(({ id }) => id).sort())
    for (const id of Object.keys(analysis.note)) expect(Object.keys(analysis.dimension)).toContain(id)
  })

  it('takes group and merchant from the address, and leaves out what the server would refuse', () => {
    expect(placesOf(address({ group: ID, merchant: ID }))).toEqual({ groupId: ID, merchantId: ID })
    expect(placesOf(address({ group: 'north', merchant: '' }))).toEqual({})
  })

  it('leads to the file of the same numbers in the same language', () => {
    expect(exportHref({ groupId: ID }, 'ru')).toBe(`/api/v1/analysis/export.csv?lang=ru&groupId=${ID}`)
  })
})
