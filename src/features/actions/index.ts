export type { Plan } from './decide'
export type { PlannedTerminal, Planner } from './planner'
export type { ActionState } from './schemas'
export {
  type OfferedAction,
  planTerminals,
  type StandingAction,
  standingTerminals,
  standingUpdates,
  type TerminalPlan,
} from './service'
