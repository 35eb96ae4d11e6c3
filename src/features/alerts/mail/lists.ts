/** Why a mail was not taken. Of the server: nobody's mails go out. Of the mail: this one alone. */
export const SERVER_ERRORS = [
  'unresolved',
  'connection_refused',
  'connection_lost',
  'timeout',
  'tls_failed',
  'sign_in_refused',
  'sender_refused',
  'bad_answer',
  'unreachable',
] as const
export const MAIL_ERRORS = [...SERVER_ERRORS, 'recipient_refused', 'message_refused'] as const
export type MailError = (typeof MAIL_ERRORS)[number]

export const isOfServer = (error: MailError): boolean => SERVER_ERRORS.some((one) => one === error)

/** The job that sends, whose lease its writes need. */
export const MAIL_JOB = 'mail-alerts'
/** Addresses there may be: each mail is a message of its own. */
export const MOST_RECIPIENTS = 50
