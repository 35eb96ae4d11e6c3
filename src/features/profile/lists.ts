/** Terminals or TIDs that one call may assign a rule to, or take it from. */
export const CHOSEN_MAX = 200_000
/** TIDs of a range, from the first to the last. */
export const RANGE_MAX = 10_000
/** Names that a report lists; its counts are of all. */
export const NAMED_MAX = 100

/** What may be wrong with a terminal for a rule that is assigned to it all the same. */
export const MISFITS = ['wrong_platform', 'wrong_model'] as const
