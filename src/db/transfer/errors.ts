/** Why a database cannot be copied, as one line for the person who started it. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
  constructor(
    readonly code:
      | 'database_not_empty'
      | 'database_unsuitable'
      | 'made_by_newer_program'
      | 'migrations_differ'
      | 'contents_differ',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
