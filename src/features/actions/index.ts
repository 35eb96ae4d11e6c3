export type { Plan } from './decide'
export type { ActionState } from './lists'
export type { PlannedTerminal, Planner, ReportedAction } from './planner'
export type { ResultItem } from './schemas'
export {
  noteInstalled,
  type OfferedAction,
  planTerminals,
  type StandingAction,
  standingActions,
  standingTerminals,
  type TerminalPlan,
} from './service'
