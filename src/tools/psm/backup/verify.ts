import { RowDigest } from '../../../db/transfer/row-digest'
import { BackupError } from './errors'
import { findBackup } from './folders'
import { type Manifest, readBackup } from './manifest'
import type { Progress } from './progress'
import { readTable } from './read-table'
import { checkBlob, eachBlob } from './restore-blobs'

export interface VerifiedBackup {
  folder: string
  manifestSha256: string
  takenAt: string
  version: string
  tables: number
  rows: number
  blobs: number
  blobBytes: number
  auditHead: string
  faultCount: number
  /** What was not right in the store already when the backup was made, the first hundred. */
  faults: Manifest['blobs']['faults']
}

/**
 * Reads a backup from end to end and compares it with the hashes of its manifest. It needs neither server nor database.
 * @throws BackupError with the first file that is not as it was written
 */
export async function verifyBackup(from: string, progress: Progress): Promise<VerifiedBackup> {
  const backup = await readBackup(await findBackup(from))
  const { folder, manifest, sha256 } = backup
  let rows = 0
  for (const [at, table] of manifest.tables.entries()) {
    progress.tell(`database: ${at} of ${manifest.tables.length} tables`)
    const digest = new RowDigest()
    for await (const chunk of readTable(backup, table)) digest.update(chunk)
    const found = digest.result()
    if (found.rows !== table.rows || found.digest !== table.digest)
      throw new BackupError('damaged_backup', `The rows of ${table.name} are not those of the manifest.`)
    rows += found.rows
  }
  const blobs = await eachBlob(backup, (blob) => checkBlob(backup, blob), progress)
  return {
    folder,
    manifestSha256: sha256,
    takenAt: manifest.takenAt,
    version: manifest.version,
    tables: manifest.tables.length,
    rows,
    blobs: blobs.count,
    blobBytes: blobs.sizeBytes,
    auditHead: `${manifest.audit.seq}:${manifest.audit.hash}`,
    faultCount: manifest.blobs.faultCount,
    faults: manifest.blobs.faults,
  }
}
