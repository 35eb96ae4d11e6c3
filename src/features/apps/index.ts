export { inspectApk } from './apk/inspect'
