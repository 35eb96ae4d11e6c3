import type { Ctx } from '../../core/context'
import type { PlatformId } from '../../core/platforms'
import type { MutationScope } from '../../core/verb'
import type { Plan } from './decide'
import type { ActionKind, ActionState } from './lists'

/** What a planner may look at. `status` is the terminal's own word, null before the first one. */
export interface PlannedTerminal {
  terminalId: string
  serial: string
  platform: PlatformId
  model: string
  status: Readonly<Record<string, unknown>> | null
}

/** What a terminal has said of an action. */
export interface ReportedAction {
  terminalId: string
  kind: ActionKind
  subjectId: string
  body: Record<string, unknown>
  state: ActionState
  reason: string | null
}

/**
 * A slice's part in the plan of a terminal: one kind of action, for many terminals at a time. The list of planners is
 * in terminal/planners.ts.
 */
export interface Planner {
  kind: ActionKind
  /** Fields of the status that may change this plan; others never lead to a new computation. */
  reads: readonly string[]
  /** Terminals missing from the answer have no wishes and nothing proven. */
  plan(ctx: Ctx, terminals: readonly PlannedTerminal[]): Promise<Map<string, Plan>>
  /** Called inside the transaction that makes actions; owes it no audit row. */
  offered?(
    scope: MutationScope,
    offers: readonly { terminalId: string; subjectId: string; body: Record<string, unknown> }[],
  ): Promise<void>
  /**
   * Called after a terminal's word on an action was kept, repeats and words on withdrawn ones included, before the
   * terminal is answered: what is not done here comes again.
   */
  reported?(ctx: Ctx, word: ReportedAction): Promise<void>
  /** Called inside the transaction that confirms actions. */
  confirmed?(ctx: Ctx, done: readonly { terminalId: string; subjectId: string }[]): Promise<void>
  /**
   * A superset of the terminals that may have a wish now, in one go for the whole fleet: all others start as idle after
   * a restart, without a computation each.
   */
  candidates(ctx: Ctx): AsyncIterable<readonly string[]>
}
