import type { Planner } from '../features/actions'

/** Who has a say in what a terminal is told to do. */
export const planners: readonly Planner[] = []
