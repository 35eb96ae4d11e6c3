export { Downloads } from './downloads'
export { updatePlanner } from './planner'
