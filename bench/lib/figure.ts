import { median } from './numbers'

/** Something that was measured: every bench hands its findings over in this shape. */
export interface Figure {
  name: string
  /** Undefined where it could not be measured. */
  value?: number
  /** Why it, or its reference, could not be measured. */
  missing?: string
  unit: string
  /** Of the values of which `value` is the middle. */
  spread?: readonly [lowest: number, highest: number]
  /** What it is held against, measured in the same run and in the same unit. */
  reference?: { name: string; value: number }
  /** None where it is only told. */
  goals?: readonly Goal[]
  /** Why it falls short, as far as that is known. Shown where it does. */
  cause?: string
}

/** A limit of the value itself, or of its ratio to the reference. */
export interface Goal {
  of: 'value' | 'ratio'
  is: '≥' | '≤'
  limit: number
}

/** What a bench has found; sizes it was told by options are added by whoever runs it. */
export interface Findings {
  /** What else one has to know of how it was measured. */
  setUp: readonly string[]
  /** The rows of the one table. */
  figures: readonly Figure[]
  /** More rows, for the bench's own section. */
  details?: readonly { title: string; figures: readonly Figure[] }[]
  notes?: readonly string[]
}

/** The middle of what was measured several times, and how far it spreads. */
export function figureOf(
  name: string,
  unit: string,
  values: readonly number[],
  more: Omit<Figure, 'name' | 'unit' | 'value' | 'spread'> = {},
): Figure {
  const spread =
    values.length > 1 ? { spread: [Math.min(...values), Math.max(...values)] as const } : undefined
  return { name, unit, value: median(values), ...spread, ...more }
}

export const ratioAtLeast = (limit: number): Goal => ({ of: 'ratio', is: '≥', limit })
export const ratioAtMost = (limit: number): Goal => ({ of: 'ratio', is: '≤', limit })
export const atLeast = (limit: number): Goal => ({ of: 'value', is: '≥', limit })
export const atMost = (limit: number): Goal => ({ of: 'value', is: '≤', limit })

/** The figure in parts of its reference; undefined where one of them is missing. */
export function ratioOf({ value, reference }: Figure): number | undefined {
  return value === undefined || reference === undefined || reference.value === 0
    ? undefined
    : value / reference.value
}

/** Undefined where there is no goal; a figure that could not be measured has not met its own. */
export function isMet(figure: Figure): boolean | undefined {
  if (figure.goals === undefined || figure.goals.length === 0) return undefined
  return figure.goals.every(({ of, is, limit }) => {
    const measured = of === 'ratio' ? ratioOf(figure) : figure.value
    return measured !== undefined && (is === '≥' ? measured >= limit : measured <= limit)
  })
}
