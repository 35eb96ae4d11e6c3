export { createKeyEncryption } from './encryption'
export { keyPlanner } from './planner'
export { rotateWrappingKey } from './rotate'
