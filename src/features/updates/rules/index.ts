export { componentName } from './component'
export {
  chargeReasons,
  earliest,
  iso,
  paceReasons,
  reason,
  recheckOf,
  type Timing,
  timeReasons,
  VITALS_RECHECK_MS,
  type Vitals,
  type When,
  whenOf,
  windowOf,
} from './conditions'
export type { Decision, Stage } from './decide'
export { decideUpdates } from './decide-all'
export { ruleNotFound } from './errors'
export type { Pace, Reason, RuleFacts, StandingUpdate, TerminalFacts } from './facts'
export { COUNTS_ALL, type Outcome } from './lists'
export {
  loadAssigned,
  loadRules,
  loadStanding,
  loadTerminalFacts,
  type VitalsRow,
  vitalsColumns,
  vitalsOf,
} from './load'
export { isProven } from './proof'
export { modelMisfit } from './steps'
