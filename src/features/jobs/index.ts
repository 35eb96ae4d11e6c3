export { failingJobs } from './failing'
