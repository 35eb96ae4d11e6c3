import type { Ctx } from '../../core/context'

export type Result = Record<string, unknown>

export interface Command {
  name: string
  usage: string
  summary: string
  run(ctx: Ctx, args: readonly string[]): Promise<Result>
  /** Words for people instead of one line per field. */
  describe?(result: Result): string
  /** True where the answer itself is a refusal. */
  isRefusal?(result: Result): boolean
}
