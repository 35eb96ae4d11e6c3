import type { Ctx } from '../../core/context'
import { inMutation } from '../../core/verb'

export interface BackupNote {
  /** When the database was as the backup has it. */
  takenAt: string
  databaseRows: number
  storedFiles: number
  /** Of the manifest: names the backup for good. */
  sha256: string
}

const subjectOf = ({ takenAt, sha256 }: BackupNote) => ({ kind: 'backup', id: sha256, label: takenAt })

/** Everything has been copied out of the house: that is in the audit log, though not in the copy. For the command line alone. */
export const noteBackup = (ctx: Ctx, note: BackupNote): Promise<void> =>
  inMutation(ctx, async (scope) =>
    scope.audit({ action: 'backup.made', subject: subjectOf(note), after: { ...note } }),
  )

/** What comes after this entry came after the restore. For the command line alone. */
export const noteRestore = (ctx: Ctx, note: BackupNote & { withoutSecrets: boolean }): Promise<void> =>
  inMutation(ctx, async (scope) =>
    scope.audit({ action: 'backup.restored', subject: subjectOf(note), after: { ...note } }),
  )

/** For the command line alone. */
export const noteMove = (
  ctx: Ctx,
  { to, databaseRows }: { to: string; databaseRows: number },
): Promise<void> =>
  inMutation(ctx, async (scope) =>
    scope.audit({
      action: 'database.moved',
      subject: { kind: 'database', id: to, label: to },
      after: { databaseRows },
    }),
  )
