import { aligned, load, machine, median, quantile, whole } from '../lib/print'
import type { SearchFigure } from './search'

export interface Figure {
  name: string
  /** Per second, of each slice. */
  values: readonly number[]
  ratio?: { of: string; to: number; goal: number }
}

/** A row for each figure with its spread, and how it stands to what it is compared with. */
export function rateTable(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, values, ratio }) => {
    const share = ratio === undefined ? undefined : median(values) / ratio.to
    return [
      name,
      whole(median(values)),
      `${whole(Math.min(...values))}-${whole(Math.max(...values))}`,
      share === undefined ? '' : `${share.toFixed(2)} of ${ratio?.of}`,
      share === undefined || ratio === undefined
        ? ''
        : `≥ ${ratio.goal} ${share >= ratio.goal ? 'met' : 'MISSED'}`,
    ]
  })
  return [title, '', ...aligned(['', 'per second', 'slowest-fastest', 'ratio', 'goal'], rows)].join('\n')
}

export function setUp(more: string): string {
  return [machine(), `Node ${process.version}, clients and PostgreSQL on this machine; ${more}`, load()].join(
    '\n',
  )
}

const SEARCH_GOALS = { ofBare: 1.5, ms: 50 } as const

/** A row for each question: median and 95th percentile of the verb, of the bare statement, and how they stand. */
export function searchTable(title: string, figures: readonly SearchFigure[]): string {
  const rows = figures.map(({ name, verb, bare, found }) => rowOf(name, String(found), verb, bare))
  const all = (of: 'verb' | 'bare') => figures.flatMap((figure) => figure[of])
  rows.push(rowOf('all of them', '', all('verb'), all('bare')))
  const head = ['', 'rows', 'p50 ms', 'p95 ms', 'bare p50', 'bare p95', 'ratio p95', 'goal']
  return [title, '', ...aligned(head, rows)].join('\n')
}

function rowOf(name: string, found: string, verb: readonly number[], bare: readonly number[]): string[] {
  const [p95, bare95] = [quantile(verb, 0.95), quantile(bare, 0.95)]
  const isMet = p95 <= SEARCH_GOALS.ms && p95 / bare95 <= SEARCH_GOALS.ofBare
  return [
    name,
    found,
    ...[quantile(verb, 0.5), p95, quantile(bare, 0.5), bare95].map((ms) => ms.toFixed(1)),
    (p95 / bare95).toFixed(2),
    `≤ ${SEARCH_GOALS.ofBare} and ≤ ${SEARCH_GOALS.ms} ms ${isMet ? 'met' : 'MISSED'}`,
  ]
}
