export { Downloads } from './downloads'
export { updatePlanner } from './planner'
export { cutWhenStalled } from './stalled'
