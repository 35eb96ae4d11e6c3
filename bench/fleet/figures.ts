import type { Figure, Goal } from '../lib/figure'
import { quantile, whole } from '../lib/numbers'

const SHARES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const

/** Times of one kind of request, and of what they are held against. */
export interface Timed {
  name: string
  times: readonly number[]
  reference: { name: string; times: readonly number[] }
  /** Of the 99th percentile. */
  goals?: readonly Goal[]
  cause?: string
}

/** The 99th percentile of each kind that there was. */
export function slowestHundredth(kinds: readonly Timed[]): Figure[] {
  return kinds.flatMap(({ goals, cause, ...one }) =>
    one.times.length === 0 ? [] : [{ ...rowOf(one, 'p99', 0.99), goals, cause }],
  )
}

/** Middle, 95th and 99th percentile of each, and how many there were. */
export function percentiles(kinds: readonly Timed[]): Figure[] {
  return kinds.flatMap((one) =>
    one.times.length === 0
      ? []
      : SHARES.map(([label, share], at) =>
          rowOf(at === 0 ? { ...one, name: `${one.name} (${whole(one.times.length)})` } : one, label, share),
        ),
  )
}

function rowOf({ name, times, reference }: Timed, label: string, share: number): Figure {
  return {
    ...{ name: `${name}, ${label}`, unit: 'ms', value: quantile(times, share) },
    ...(reference.times.length === 0
      ? {}
      : { reference: { name: reference.name, value: quantile(reference.times, share) } }),
  }
}
