export { LogIntakes } from './intake'
export { ecrLogPlanner } from './planner'
