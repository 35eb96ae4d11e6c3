export type { Plan, Wish } from './decide'
export type { PlannedTerminal, Planner } from './planner'
export { listActions, reportActionResult, retryAction } from './results'
export { type OfferedAction, planTerminals, standingTerminals, type TerminalPlan } from './service'
