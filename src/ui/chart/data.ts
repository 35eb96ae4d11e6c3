/** Colours of meaning in the palette, the same as everywhere else. */
export type Tone = 'accent' | 'good' | 'warn' | 'danger' | 'info' | 'muted' | 'edge' | SliceTone

/** Colours without a meaning, for slices side by side. */
export const SLICE_TONES = [
  'slice-1',
  'slice-2',
  'slice-3',
  'slice-4',
  'slice-5',
  'slice-6',
  'slice-7',
  'slice-8',
] as const
type SliceTone = (typeof SLICE_TONES)[number]

export interface ChartSeries {
  name: string
  /** One for each label; null where there is none. */
  values: readonly (number | null)[]
  tone?: Tone
  /** One for each label instead of one for all, as the slices of a doughnut need. */
  tones?: readonly Tone[]
}

export interface ChartTable {
  head: string[]
  rows: string[][]
}

const ORDER: readonly Tone[] = ['accent', 'info', 'warn', 'good', 'danger', 'muted']

/** The tone of a series or of a slice that was given none: each differs from the one before. */
export const toneAt = (index: number): Tone => ORDER[index % ORDER.length] ?? 'accent'

/** What a chart shows, as a table: a row for each label, a column for each series. */
export function chartTable(
  labels: readonly string[],
  series: readonly ChartSeries[],
  words: { label: string; none: string; formatValue: (value: number) => string },
): ChartTable {
  const cell = (value: number | null | undefined) =>
    value === null || value === undefined ? words.none : words.formatValue(value)
  return {
    head: [words.label, ...series.map(({ name }) => name)],
    rows: labels.map((label, index) => [label, ...series.map(({ values }) => cell(values[index]))]),
  }
}

/** True where nothing would be drawn. */
export function isChartEmpty(labels: readonly string[], series: readonly ChartSeries[]): boolean {
  return (
    labels.length === 0 || !series.some(({ values }) => values.some((value) => value !== null && value !== 0))
  )
}
