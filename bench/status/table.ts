import os from 'node:os'
import type { PresenceCost } from './presence'

export interface Figure {
  name: string
  /** Of each time it was asked, in ms. */
  times: number[]
  /** Rows of the answer. */
  answer: string
}

/** The set-up, and a row for each question: median, slowest, and how that stands to the reference of the same run. */
export function report(
  set: { terminals: number; rounds: number; seedSeconds: number },
  figures: readonly Figure[],
  presence: PresenceCost | undefined,
): string {
  const base = median(figures[0]?.times ?? [])
  const head = ['', 'rows', 'median ms', 'slowest ms', 'of the reference']
  const rows = figures.map(({ name, answer, times }) => [
    name,
    answer,
    median(times).toFixed(1),
    Math.max(...times).toFixed(1),
    (median(times) / base).toFixed(1),
  ])
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  const [cpu] = os.cpus()
  const cost =
    presence === undefined
      ? []
      : [
          '',
          `last-seen times written per second: ${whole(presence.with)} with their two indexes, ${whole(presence.without)} without (${(presence.with / presence.without).toFixed(2)})`,
        ]
  return `${[
    `${os.cpus().length} × ${cpu?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB; Node ${process.version}, PostgreSQL beside it`,
    `${whole(set.terminals)} terminals, ready after ${set.seedSeconds.toFixed(0)} s; each question ${set.rounds} times in turns`,
    `load average at the end ${os
      .loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}`,
    '',
    line(head),
    ...rows.map(line),
    ...cost,
  ].join('\n')}\n`
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
