import type { Database } from '../db/client'

/** What came of a write before: its output, or the refusal that it ended with after a part of it was done. */
export type KeptOutcome = { output: unknown } | undefined

/**
 * Lets a write that is sent again by the same caller under the same name be done once. `inMutation` and `mutations`
 * (src/core/verb.ts) ask it; where it is kept is the transport's matter (src/integrator/repeats.ts).
 */
export interface Once {
  /**
   * First in the transaction of the work: what came of it before, or undefined where it is this caller's to do.
   * @throws Failure where another request is at it, or the name was used for another write
   */
  claim(tx: Database): Promise<KeptOutcome>
  /** Last in the same transaction: the output stands or falls with the work. */
  keep(tx: Database, output: unknown): Promise<void>
  /** The same around work of several transactions. What they get is a `Once` that ties each of them to this one. */
  around<Output>(run: (step: Once) => Promise<Output>): Promise<Output>
}
