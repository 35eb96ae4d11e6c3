export type { ApkFacts, ApkRefusal, ApkScheme } from './apk/facts'
