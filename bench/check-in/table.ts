import os from 'node:os'
import type { Options } from '../check-in'
import type { Outcome } from './client'

export interface Figure {
  name: string
  slices: readonly Outcome[]
  /** Last-seen times not written: the fleet polls many times faster than the once in minutes it is asked for. */
  dropped?: number
  ratio?: { of: string; to: number; goal: number }
}

const perSecond = ({ answers, seconds }: Outcome) => answers / seconds

/** Answers per second: the median of the slices. */
export function median(slices: readonly Outcome[]): number {
  const rates = slices.map(perSecond).sort((a, b) => a - b)
  const middle = rates.length >> 1
  const high = rates[middle] ?? 0
  return rates.length % 2 === 1 ? high : ((rates[middle - 1] ?? 0) + high) / 2
}

/** The set-up, and a row for each figure with its spread, its bytes and how it stands to what it is compared with. */
export function report(options: Options, figures: readonly Figure[]): string {
  const rows = figures.map(rowOf)
  const head = ['', 'answers/s', 'slowest-fastest', 'slices', 'answers', 'bytes in/out', 'ratio', 'goal']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  const drops = figures
    .filter(({ dropped = 0 }) => dropped > 0)
    .map(
      ({ name, dropped = 0 }) =>
        `${name}: ${whole(dropped)} last-seen times dropped, as their queue was full`,
    )
  return `${[setUp(options), '', line(head), ...rows.map(line), ...drops].join('\n')}\n`
}

function rowOf({ name, slices, ratio }: Figure): string[] {
  const rates = slices.map(perSecond)
  const [last] = slices.slice(-1)
  const value = ratio === undefined ? undefined : median(slices) / ratio.to
  return [
    name,
    whole(median(slices)),
    `${whole(Math.min(...rates))}-${whole(Math.max(...rates))}`,
    String(slices.length),
    whole(slices.reduce((sum, one) => sum + one.answers, 0)),
    `${last?.requestBytes}/${last?.answerBytes}`,
    value === undefined || ratio === undefined ? '' : `${value.toFixed(2)} of ${ratio.of}`,
    value === undefined || ratio === undefined
      ? ''
      : `≥ ${ratio.goal} ${value >= ratio.goal ? 'met' : 'MISSED'}`,
  ]
}

function setUp({ connections, seconds, deno }: Options): string {
  const [cpu] = os.cpus()
  return [
    `${os.cpus().length} × ${cpu?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB; ${os.type()} ${os.release()}`,
    `client Node ${process.version}, server ${deno === undefined ? `Node ${process.version}` : deno}, both and PostgreSQL on this machine`,
    `${connections} keep-alive connections, one request at a time on each, slices of ${seconds} s that take turns, medians`,
    `load average at the end ${os
      .loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}`,
  ].join('\n')
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
