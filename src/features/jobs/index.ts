export { failingJobs } from './failing'
export { findJobs } from './queries'
