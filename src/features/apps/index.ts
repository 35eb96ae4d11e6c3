export type { ApkFacts, ApkRefusal, ApkScheme } from './apk/facts'
export { inspectApk } from './apk/inspect'
