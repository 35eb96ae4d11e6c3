export { createKeyEncryption } from './encryption'
export { keyPlanner } from './planner'
