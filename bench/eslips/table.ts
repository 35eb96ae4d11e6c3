import { aligned, load, machine, median, whole } from '../lib/print'

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
