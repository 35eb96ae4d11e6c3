export type { ApkFacts } from './facts'
export { inspectApk } from './inspect'
