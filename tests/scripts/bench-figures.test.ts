import { describe, expect, it } from 'vitest'
import {
  atLeast,
  atMost,
  type Figure,
  figureOf,
  isMet,
  ratioAtLeast,
  ratioAtMost,
  ratioOf,
} from '../../bench/lib/figure'
import type { Measured, Run } from '../../bench/lib/measured'
import { markdownTable, numeral, resultsFile, summary, textTable } from '../../bench/lib/render'
import { withSummary } from '../../bench/lib/results'

const half: Figure = {
  ...{ name: 'changed', unit: '/s', value: 500, reference: { name: 'the echo', value: 1_000 } },
  cause: 'It writes.',
}

const bench = (name: string, figures: readonly Figure[]): Measured => ({
  ...{ name, title: `What ${name} measures.`, sizes: { terminals: '1000' }, isQuick: false, commit: 'abc' },
  ...{ startedAt: '2026-11-28T10:00:00.000Z', seconds: 75, load: { begin: '0.1', end: '2.0' } },
  ...{ setUp: ['slices take turns'], figures },
})

const runOf = (...benches: Measured[]): Run => ({
  machine: {
    processor: '2 × CPU',
    memory: '8 GiB',
    system: 'Linux 6',
    node: '20.20.2',
    postgres: '18.4',
  },
  benches,
})

describe('a figure', () => {
  it('is the middle of what was measured, with how far that spreads', () => {
    expect(figureOf('x', 'ms', [3, 9, 1])).toMatchObject({ value: 3, spread: [1, 9] })
    expect(figureOf('x', 'ms', [3])).not.toHaveProperty('spread')
  })

  it('stands to its reference, where there is one', () => {
    expect(ratioOf(half)).toBe(0.5)
    expect(ratioOf({ name: 'x', unit: 'ms', value: 1 })).toBeUndefined()
    expect(ratioOf({ ...half, reference: { name: 'nothing', value: 0 } })).toBeUndefined()
  })

  it.each([
    [[ratioAtLeast(0.5)], true],
    [[ratioAtLeast(0.51)], false],
    [[ratioAtMost(0.5)], true],
    [[ratioAtMost(0.49)], false],
    [[atLeast(500)], true],
    [[atMost(499)], false],
    [[ratioAtLeast(0.1), atMost(499)], false],
    [[], undefined],
  ])('with the goals %j has met them: %s', (goals, met) => {
    expect(isMet({ ...half, goals })).toBe(met)
  })

  it('that could not be measured has not met its goal', () => {
    expect(isMet({ name: 'x', unit: '', missing: 'no browser', goals: [atMost(1)] })).toBe(false)
  })

  it.each([
    [57_378.4, '57,378'],
    [99.96, '100'],
    [43.21, '43.2'],
    [9.996, '10.0'],
    [0.4567, '0.46'],
    [3, '3'],
  ])('is written with three digits that count: %s as %s', (value, text) => {
    expect(numeral(value)).toBe(text)
  })
})

describe('a table of figures', () => {
  const figures = [
    { ...half, goals: [ratioAtLeast(0.3)] },
    { ...half, name: 'b|c', goals: [atMost(10)] },
  ]

  it('says in Markdown what was met and what was missed', () => {
    const [, , met, missed] = markdownTable(figures).split('\n')
    expect(met).toBe('| changed | 500 /s |  | the echo: 1,000 | 0.50 | ≥ 0.3 | met |')
    expect(missed).toBe('| b\\|c | 500 /s |  | the echo: 1,000 | 0.50 | ≤ 10 /s | MISSED |')
  })

  it('is aligned for a terminal', () => {
    const [head = '', ...rows] = textTable(figures).split('\n')
    expect(new Set(rows.map((row) => row.indexOf('0.50')))).toEqual(new Set([head.indexOf('ratio') + 1]))
  })
})

describe('the summary of a run', () => {
  const run = runOf(
    bench('check-in', [{ ...half, goals: [ratioAtLeast(0.9)] }]),
    bench('pages', [{ name: 'scores', unit: '', missing: 'there is no browser' }]),
  )

  it('names every shortfall with its cause, and nothing else', () => {
    const [, short = ''] = summary(run).split('What falls short:')
    expect(short.trim().split('\n')).toEqual([
      '- **check-in: changed.** It writes.',
      '- **pages: scores.** Not measured: there is no browser.',
    ])
    const fine = runOf(bench('check-in', [{ ...half, goals: [ratioAtLeast(0.5)] }]))
    expect(summary(fine)).not.toContain('falls short')
  })

  it('admits that it does not know a cause', () => {
    const { cause: _, ...unexplained } = half
    expect(summary(runOf(bench('x', [{ ...unexplained, goals: [atMost(1)] }])))).toContain(
      '**x: changed.** The cause is not known.',
    )
  })

  it('stands alike in the page of results, with the sizes, and in the README', () => {
    const page = resultsFile(run)
    expect(page).toContain(summary(run))
    expect(page).toContain('sizes: --terminals 1000')
    expect(page).toContain('took 1 min 15 s; load average 0.1 at its begin, 2.0 at its end')
    const readme = withSummary('# A\n\n<!-- bench -->\nold\n<!-- /bench -->\n\nrest\n', run)
    expect(readme).toContain(summary(run))
    expect(readme).not.toContain('old')
    expect(readme.endsWith('<!-- /bench -->\n\nrest\n')).toBe(true)
    expect(withSummary(readme, run)).toBe(readme)
  })

  it('wants its marks in the README', () => {
    expect(() => withSummary('# A\n', run)).toThrow('<!-- bench -->')
  })
})
