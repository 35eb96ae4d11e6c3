/** Terminals or TIDs that one call may assign a rule to, or take it from. */
export const CHOSEN_MAX = 200_000
/** TIDs of a range, from the first to the last. */
export const RANGE_MAX = 10_000
/** Names that a report lists, so that they can be corrected as a list; its counts are of all. */
export const NAMED_MAX = 10_000

/** What may be wrong with a terminal for a rule that is assigned to it all the same. */
export const MISFITS = ['wrong_platform', 'wrong_model'] as const

/** A swap that is done can be taken back for so long. */
export const SWAP_UNDO_MS = 3_600_000

/**
 * What is worth a look before terminals are swapped: `other_platform` has to be confirmed; `licence_missing`, the new
 * one lacks a licence that the old one has, or has none at all; `leaves_place`, the new one has a place of its own.
 */
export const SWAP_WARNINGS = ['other_platform', 'other_model', 'licence_missing', 'leaves_place'] as const
export type SwapWarning = (typeof SWAP_WARNINGS)[number]
