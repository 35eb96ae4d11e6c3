/** What can be wrong with the chain; the words of it are `administration.audit.verify.problem.*`. */
export const CHAIN_PROBLEMS = [
  /** The row is not what was hashed. */
  'altered',
  /** It came in by another way than psm_append: its successor follows the one before it. */
  'inserted',
  /** It does not follow the one before: some between them are gone, or that one was replaced. */
  'missing_before',
  /** It says to be from before the one it follows, and the server writes down where the clock was set back. */
  'time_backwards',
  /** The chain ends before where it is known to have ended. */
  'tail_missing',
  /** Nothing of the chain contradicts itself, but it is not the one whose end is known. */
  'head_differs',
] as const
export type ChainProblem = (typeof CHAIN_PROBLEMS)[number]
