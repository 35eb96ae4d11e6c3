const POINTS = 96
const SLICES = 5

const MINUTE_MS = 60_000
/** So long the last sample stands for the time after it; longer gaps show as gaps. */
const HELD_MS = 60 * MINUTE_MS

/** Samples at even steps of time, as many as a chart can show; null where nothing was counted. */
export function evenly<Sample extends { at: string }>(
  samples: readonly Sample[],
): { at: number; sample: Sample | null }[] {
  const times = samples.map((one) => new Date(one.at).getTime())
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return []
  const step = Math.max(MINUTE_MS, (last - first) / (POINTS - 1))
  const count = Math.round((last - first) / step) + 1
  let next = 0
  return Array.from({ length: count }, (_, index) => {
    const at = Math.round(index === count - 1 ? last : first + index * step)
    while ((times[next + 1] ?? Number.POSITIVE_INFINITY) <= at) next += 1
    const sample = samples[next]
    return { at, sample: sample !== undefined && at - (times[next] ?? 0) <= HELD_MS ? sample : null }
  })
}

export interface Slice {
  label: string
  count: number
  /** Everything that has no slice of its own. */
  isRest: boolean
}

/** The most frequent versions, and all other terminals as one slice; nothing where no terminal has reported any. */
export function topVersions(
  versions: readonly { appName: string | null; appVersion: string; terminals: number }[],
  terminals: number,
  others: string,
): Slice[] {
  if (versions.length === 0) return []
  const top = versions.slice(0, SLICES).map((one) => ({
    label: [one.appName, one.appVersion].filter(Boolean).join(' '),
    count: one.terminals,
    isRest: false,
  }))
  const rest = terminals - top.reduce((sum, one) => sum + one.count, 0)
  return rest > 0 ? [...top, { label: others, count: rest, isRest: true }] : top
}
