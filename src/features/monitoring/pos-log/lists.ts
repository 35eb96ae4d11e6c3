/** What can be asked of the log's kinds: the names of all messages, and what is none. A test holds it to the protocol's list. */
export const POS_KINDS = [
  'check-in',
  'action-result',
  'license',
  'files',
  'keys',
  'key-bundle',
  'key-result',
  'eslips',
  'ecr-log',
  'ecr-log-offset',
  'token',
  'unknown',
] as const

/** Of each body, after redaction. */
export const BODY_MAX_BYTES = 4096

/** Rows of a download, the newest: what a spreadsheet opens. */
export const EXPORT_MAX_ROWS = 1_000_000

/** Entries that a summary looks at, the newest. */
export const SUMMARY_MAX_ROWS = 10_000
