import type { Planner } from '../features/actions'
import { appsPlanner } from '../features/apps/delivery'
import { keyPlanner } from '../features/keys'
import { licencePlanner } from '../features/licenses'
import { ecrLogPlanner } from '../features/monitoring/ecr-logs'
import { updatePlanner } from '../features/updates/delivery'

/** Who has a say in what a terminal is told to do. */
export const planners: readonly Planner[] = [
  licencePlanner,
  updatePlanner,
  appsPlanner,
  keyPlanner,
  ecrLogPlanner,
]
