/** Nesting a licence may have; deeper is nobody's licence. */
export const DEEPEST_NESTING = 32
/** Named values read from one file. */
export const MOST_FIELDS = 20_000
/** Attributes of one XML element. */
export const MOST_ATTRIBUTES = 256
/** Longer values are signatures and keys, no facts. */
export const LONGEST_VALUE = 1024
/** Lines read of a text file. */
export const MOST_LINES = 20_000
