import { describe, expect, it } from 'vitest'
import { chartTable, isChartEmpty, toneAt } from '../../src/ui/chart/data'

const WORDS = { label: 'Day', none: '—', formatValue: (value: number) => `${value} pcs` }

describe('the table of a chart', () => {
  it('has a row for each label and a column for each series', () => {
    const series = [
      { name: 'Good', values: [1, 2] },
      { name: 'Bad', values: [0, 3] },
    ]
    expect(chartTable(['Mon', 'Tue'], series, WORDS)).toEqual({
      head: ['Day', 'Good', 'Bad'],
      rows: [
        ['Mon', '1 pcs', '0 pcs'],
        ['Tue', '2 pcs', '3 pcs'],
      ],
    })
  })

  it('says where there is no value, be it null or missing', () => {
    const rows = chartTable(['Mon', 'Tue'], [{ name: 'Good', values: [null] }], WORDS).rows
    expect(rows).toEqual([
      ['Mon', '—'],
      ['Tue', '—'],
    ])
  })
})

describe('a chart', () => {
  it.each([
    ['no labels', [], [{ name: 'a', values: [1] }]],
    ['no series', ['Mon'], []],
    ['nothing but zeros and gaps', ['Mon', 'Tue'], [{ name: 'a', values: [0, null] }]],
  ])('is empty with %s', (_what, labels, series) => {
    expect(isChartEmpty(labels, series)).toBe(true)
  })

  it('is not empty with one value', () => {
    expect(isChartEmpty(['Mon', 'Tue'], [{ name: 'a', values: [0, 1] }])).toBe(false)
  })

  it('gives neighbours different tones, also past the last one', () => {
    for (let index = 0; index < 12; index++) expect(toneAt(index)).not.toBe(toneAt(index + 1))
  })
})
