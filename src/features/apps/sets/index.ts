export { setNotFound, setReleased } from './errors'
export type { AppDecision } from './facts'
export { decideAt, type GatheredApps, gatherApps } from './gather'
export { loadAppTerminals, loadProtected, revisionKey } from './load'
export { isPackageProtected } from './protected'
export { releaseRevision } from './service/change'
export {
  connectTerminals,
  holdSet,
  type MovedSet,
  moveConnection,
  rememberPresent,
  rememberTold,
  restoreConnection,
} from './service/connect'
export { lineViews } from './service/find'
export { followNewest } from './service/newest'
export { loadNames, ofIds, releasedOf, tallyDecisions, tallySet } from './service/preview'
export { isSettled } from './settled'
export { NO_NAMES } from './tally'
