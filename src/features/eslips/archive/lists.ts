/** What can be wrong with a chain of archives. Safe for any page. */
export const CHAIN_PROBLEMS = [
  /** A number before it is not there. */
  'number_missing',
  /** It does not name the hash of the one before. */
  'chain_broken',
  /** The manifest is not the one that was hashed. */
  'manifest_changed',
  /** What the database tells of it differs from its manifest. */
  'columns_changed',
  /** The manifest beside the file is missing or another one. */
  'manifest_file_changed',
  'file_missing',
  'file_changed',
] as const
export type ChainProblem = (typeof CHAIN_PROBLEMS)[number]
