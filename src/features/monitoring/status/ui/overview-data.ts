const POINTS = 96
const SLICES = 5

/** As many samples as a chart can show: evenly chosen, the newest always among them. */
export function thinned<Sample>(samples: readonly Sample[]): Sample[] {
  if (samples.length <= POINTS) return [...samples]
  const step = (samples.length - 1) / (POINTS - 1)
  return Array.from({ length: POINTS }, (_, index) => samples[Math.round(index * step)] as Sample)
}

export interface Slice {
  label: string
  count: number
}

/** The most frequent versions, and all other terminals as one slice. */
export function topVersions(
  versions: readonly { appName: string | null; appVersion: string; terminals: number }[],
  terminals: number,
  others: string,
): Slice[] {
  const top = versions.slice(0, SLICES).map((one) => ({
    label: [one.appName, one.appVersion].filter(Boolean).join(' '),
    count: one.terminals,
  }))
  const rest = terminals - top.reduce((sum, one) => sum + one.count, 0)
  return rest > 0 ? [...top, { label: others, count: rest }] : top
}
