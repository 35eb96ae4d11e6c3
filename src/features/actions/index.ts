export type { Plan } from './decide'
export type { ActionState } from './lists'
export type { PlannedTerminal, Planner } from './planner'
export {
  type OfferedAction,
  planTerminals,
  type StandingAction,
  standingTerminals,
  standingUpdates,
  type TerminalPlan,
} from './service'
