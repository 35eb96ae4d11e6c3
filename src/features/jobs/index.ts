export { findJobs } from './queries'
