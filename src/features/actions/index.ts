export type { Plan } from './decide'
export type { PlannedTerminal, Planner } from './planner'
export type { ActionState, ResultItem } from './schemas'
export {
  type OfferedAction,
  planTerminals,
  type StandingAction,
  standingActions,
  standingTerminals,
  type TerminalPlan,
} from './service'
