import path from 'node:path'
import type { Settings } from '../../../config'
import { startEmbeddedPostgres } from '../../../db/embedded'
import { migrate } from '../../../db/migrate'
import { wordsOfAwaited } from '../../../db/migration-lock'
import { isFilledWith, loadDatabase, migrationsOf } from '../../../db/transfer/load'
import { verifyAudit } from '../../../features/audit'
import { noteRestore } from '../../../features/backups'
import { resettlePlace } from '../../../features/storage'
import { openExternal, type PreparedDatabase } from '../../../server/backing'
import { migrationsFolder } from '../../../server/paths'
import { removeRestoreMark, writeRestoreMark } from '../../../server/storage-marks'
import { withCtxOn } from '../../local'
import { findBackup } from './folders'
import { type Backup, type ManifestTable, readBackup } from './manifest'
import type { Progress } from './progress'
import { readTable } from './read-table'
import { eachBlob, restoreBlob } from './restore-blobs'
import { claimTarget } from './restore-target'
import { missingSecrets, requireSecrets } from './secrets'

export interface RestoreOptions {
  from: string
  /** Goes on where secrets are missing: what they have sealed stays closed. */
  withoutSecrets: boolean
  /** Also into a store for binaries that has files already: whoever had it before must be dead, and is shut out. */
  takeOverStore: boolean
}

export interface Restored {
  from: string
  takenAt: string
  tables: number
  rows: number
  blobs: number
  blobBytes: number
  /** Entries of the audit log whose chain was walked, and whether it is sound. */
  auditEntries: number
  auditProblem: unknown
  /** What could not be opened, in words. */
  missingSecrets: string[]
  /** What the backup itself says was not right when it was made. */
  faultCount: number
}

/**
 * Puts a backup into an empty storage folder, an empty store for binaries and an empty database, and touches none of them
 * before it has looked at all. Files come first, the rows last and all at once; a mark
 * in the folder keeps servers away until the end, and says where to go on after a break.
 * @throws BackupError, TransferError
 */
export async function restoreBackup(
  settings: Settings,
  { from, withoutSecrets, takeOverStore }: RestoreOptions,
  progress: Progress,
): Promise<Restored> {
  const backup = await readBackup(await findBackup(from))
  const { manifest } = backup
  migrationsOf(migrationsFolder(), manifest.migrations)
  progress.say(`${backup.folder}, the state of ${manifest.takenAt}`)
  if (!withoutSecrets) await requireSecrets(settings, manifest.secrets)
  const storage = settings.storage.directory
  const { home, blobs, mark } = await claimTarget(settings, backup, takeOverStore, progress)
  const restored = await eachBlob(backup, (blob) => restoreBlob(blobs, backup, blob), progress)
  const database = await openDatabase(settings)
  try {
    if (!mark.isLoaded) await load(database, backup, progress)
    await writeRestoreMark(storage, { ...mark, isLoaded: true })
    await migrate(database.owner, migrationsFolder(), database.applicationRole, (lock) =>
      progress.say(wordsOfAwaited(lock)),
    )
    await resettlePlace(database.app, home, mark.storeId)
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    const audit = await withCtxOn(settings, database, 'cli', async (ctx) => {
      const { seq, hash } = manifest.audit
      const found = await walkAudit(ctx, seq === 0 ? {} : { head: `${seq}:${hash}` }, progress)
      await noteRestore(ctx, {
        takenAt: manifest.takenAt,
        databaseRows: rows,
        storedFiles: restored.count,
        sha256: backup.sha256,
        withoutSecrets,
      })
      return found
    })
    await removeRestoreMark(storage)
    return {
      from: backup.folder,
      takenAt: manifest.takenAt,
      tables: manifest.tables.length,
      rows,
      blobs: restored.count,
      blobBytes: restored.sizeBytes,
      ...audit,
      missingSecrets: await missingSecrets(settings, manifest.secrets),
      faultCount: manifest.blobs.faultCount,
    }
  } finally {
    await database.stop()
  }
}

interface Target extends PreparedDatabase {
  applicationRole: string | undefined
}

async function openDatabase(settings: Settings): Promise<Target> {
  const external = await openExternal(settings)
  if (external !== undefined) return external
  const { owner, app, stop } = await startEmbeddedPostgres({
    directory: path.join(settings.storage.directory, 'db'),
    role: 'cli',
    binDirectory: settings.database.binDirectory,
  })
  return { owner, app, direct: app, applicationRole: app.user, stop }
}

async function load({ owner }: Target, backup: Backup, progress: Progress): Promise<void> {
  const { tables, sequences, migrations } = backup.manifest
  const known = new Map(tables.map((table) => [table.name, table]))
  const sumOf = ({ name }: { name: string }) => known.get(name) as ManifestTable
  if (await isFilledWith(owner, tables, sumOf)) return
  let filled = 0
  const contents = {
    ...{ tables, sequences, migrations },
    open: async (table: { name: string }) => readTable(backup, sumOf(table)),
    expected: sumOf,
  }
  await loadDatabase(owner, migrationsFolder(), contents, {
    filled: ({ name }) => progress.tell(`database: ${++filled} of ${tables.length} tables, the last ${name}`),
    waits: (lock) => progress.say(wordsOfAwaited(lock)),
  })
  progress.say('database: all rows are there and were compared')
}

async function walkAudit(
  ctx: Parameters<typeof verifyAudit>[0],
  head: { head?: string },
  progress: Progress,
): Promise<{ auditEntries: number; auditProblem: unknown }> {
  for (let cursor = {}; ; ) {
    const part = await verifyAudit(ctx, { ...head, ...cursor })
    if (part.nextCursor === null) return { auditEntries: part.head.count, auditProblem: part.problem }
    progress.tell(`audit log: ${part.checkedInAll} of ${part.head.count} entries are sound`)
    cursor = { cursor: part.nextCursor }
  }
}
