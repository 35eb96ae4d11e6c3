import type { Planner } from '../features/actions'
import { licencePlanner } from '../features/licenses'

/** Who has a say in what a terminal is told to do. */
export const planners: readonly Planner[] = [licencePlanner]
