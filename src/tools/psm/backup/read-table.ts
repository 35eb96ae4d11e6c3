import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BackupError } from './errors'
import { type Backup, type ManifestTable, tableFile } from './manifest'

/**
 * The rows of a table of a backup. It fails at its end where the file is not the one that was written.
 * @throws BackupError
 */
export async function* readTable({ folder }: Backup, table: ManifestTable): AsyncGenerator<Buffer, void> {
  const file = tableFile(folder, table.name)
  const hash = createHash('sha256')
  const meter = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const rows = createGunzip()
  // Its failure destroys `rows`, which is where it is seen.
  const flow = pipeline(createReadStream(file), meter, rows)
  flow.catch(() => {})
  try {
    for await (const chunk of rows) yield chunk as Buffer
    await flow
  } catch (error) {
    throw new BackupError('damaged_backup', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  } finally {
    rows.destroy()
  }
  if (hash.digest('hex') !== table.sha256)
    throw new BackupError('damaged_backup', `${file} is not as it was written: its SHA-256 is another one.`)
}
