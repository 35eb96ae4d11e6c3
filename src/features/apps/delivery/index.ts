export { appsPlanner } from './planner'
