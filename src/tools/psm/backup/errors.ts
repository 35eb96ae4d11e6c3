/** Why there is no backup, or no restore, as one line for the person who asked for it. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  constructor(
    readonly code:
      | 'no_backup'
      | 'damaged_backup'
      | 'made_by_newer_program'
      | 'folder_not_fit'
      | 'disk_full'
      | 'storage_not_empty'
      | 'store_not_free'
      | 'secrets_missing'
      | 'server_runs'
      | 'no_target'
      | 'moved_already',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
