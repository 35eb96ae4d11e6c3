import type { Ctx } from '../../core/context'

export type Result = Record<string, unknown>

interface Named {
  /** One word, or two. */
  name: string
  usage: string
  summary: string
  /** Words for people instead of one line per field. */
  describe?(result: Result): string
  /** True where the answer itself is a refusal. */
  isRefusal?(result: Result): boolean
}

export interface Command extends Named {
  run(ctx: Ctx, args: readonly string[]): Promise<Result>
}

/** What is not to be begun on a database that is there: it opens what it needs itself. */
export interface StandaloneCommand extends Named {
  runAlone(args: readonly string[]): Promise<Result>
}
