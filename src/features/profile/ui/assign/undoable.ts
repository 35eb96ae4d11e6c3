import type { AssignmentReport } from '../../schemas'
import type { AssignmentInput } from './input'

/** What takes an assignment back, and gives back what was taken away. */
export const opposite = (what: AssignmentInput['what']) => (what === 'assign' ? 'unassign' : 'assign')

/**
 * Whether the opposite takes back just what was done: not where some had the rule before, and not by a choice that may
 * mean others a moment later.
 */
export function canUndo(
  { choice }: Pick<AssignmentInput, 'choice'>,
  { already, changes }: Pick<AssignmentReport, 'already' | 'changes'>,
): boolean {
  return changes > 0 && already === 0 && isExact(choice)
}

function isExact(choice: AssignmentInput['choice']): boolean {
  return choice.by === 'csv' ? choice.uploadId === undefined : choice.by !== 'group' && choice.by !== 'filter'
}
