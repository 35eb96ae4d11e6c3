import type { QueryOptions } from '../../../../app/api'
import { createQuestion, type Question } from '../../../../app/question'

const QUIET_MS = 400

/** What a change of many terminals would do, asked anew whenever it is another one; undefined while it is not complete. */
export function createPreview<Input, Report>(
  wanted: () => Input | undefined,
  ask: (input: Input) => QueryOptions<Report>,
): Preview<Input, Report> {
  const question = createQuestion({ wanted, ask, quietMs: QUIET_MS, isKept: true })
  return { ...question, input: () => (question.isAnswered() ? question.input() : undefined) }
}

/** Its input is what the report is of; undefined while it is another question's. */
export type Preview<Input, Report> = Omit<Question<Input, Report>, 'isAnswered'>
