import type { Findings } from './figure'
import type { Machine } from './machine'

/** What a bench has found, and under which circumstances. */
export interface Measured extends Findings {
  name: string
  /** What it measures. */
  title: string
  sizes: Readonly<Record<string, string>>
  isQuick: boolean
  commit: string
  startedAt: string
  seconds: number
  load: { begin: string; end: string }
}

/** All benches, each as it was run last; in the order of their names. */
export interface Run {
  machine: Machine
  benches: readonly Measured[]
}
