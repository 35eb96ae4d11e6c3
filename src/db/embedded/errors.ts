/** Why the embedded database cannot be had, as one line for the person who started the server. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError'
  constructor(
    readonly code: 'storage_in_use' | 'cannot_run_embedded' | 'other_major_version' | 'did_not_start',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
