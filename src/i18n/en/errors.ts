/** What each stable code of a refusal means to the person who meets it, and what to do. tests/i18n keeps the list complete. */
export const errors = {
  forbidden: 'Your role does not allow this.',
  unauthenticated: 'Your session has ended. Sign in again.',
  invalid_input: 'Some fields are not filled in correctly.',
  internal: 'The server made a mistake; it has been logged. Try again in a moment.',
  server_busy: 'The server is busy. Nothing was changed; try again in a moment.',
  database_unreachable: 'The database cannot be reached. Nothing was changed; try again in a moment.',
  not_found: 'There is no such thing any more.',
} as const
