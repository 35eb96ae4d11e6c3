import path from 'node:path'
import { sizeOf } from '../../../blobs/durable'
import type { Settings } from '../../../config'
import { parsePostgresUrl } from '../../../config-urls'
import { startEmbeddedPostgres } from '../../../db/embedded'
import { livingOwner } from '../../../db/embedded/owner'
import { migrate } from '../../../db/migrate'
import { wordsOfAwaited } from '../../../db/migration-lock'
import type { TableShape } from '../../../db/transfer/catalog'
import { copyOut, sumRows } from '../../../db/transfer/copy'
import { isFilledWith, loadDatabase } from '../../../db/transfer/load'
import type { RowSum } from '../../../db/transfer/row-digest'
import { withSnapshot } from '../../../db/transfer/snapshot'
import { noteMove } from '../../../features/backups'
import { openExternal } from '../../../server/backing'
import { migrationsFolder } from '../../../server/paths'
import { type MoveMark, readMoveMark, requireUsable, writeMoveMark } from '../../../server/storage-marks'
import { withCtxOn } from '../../local'
import { BackupError } from './errors'
import type { Progress } from './progress'

export interface Moved {
  to: string
  tables: number
  rows: number
  /** It was there already, whole: an earlier call had come so far. */
  wasThere: boolean
}

/**
 * Moves the embedded database to the one that DATABASE_URL names, with the server stopped. The rows come all at once or
 * not at all; afterwards the embedded database is marked, so that no server starts on it by mistake.
 * @throws BackupError, TransferError
 */
export async function moveDatabase(settings: Settings, progress: Progress): Promise<Moved> {
  const storage = settings.storage.directory
  const directory = path.join(storage, 'db')
  const target = await openExternal(settings)
  if (target === undefined)
    throw new BackupError(
      'no_target',
      'Set DATABASE_URL, and DATABASE_OWNER_URL where another role owns the tables, to the empty database that is to be filled: the server will start with the same settings.',
    )
  requireUsable(storage, false)
  if ((await sizeOf(path.join(directory, 'data', 'PG_VERSION'))) === undefined)
    throw new BackupError('no_target', `There is no embedded database in ${storage}.`)
  const to = placeOf(settings.database.url ?? '')
  const mark = readMoveMark(storage)
  if (mark !== undefined && mark.to !== to) throw movedAlready(storage, mark)
  const holder = livingOwner(directory)
  if (holder?.role === 'server')
    throw new BackupError(
      'server_runs',
      `The server (process ${holder.pid}) runs on this database: stop it first, so that nothing is written to the old place meanwhile.`,
    )
  const source = await startEmbeddedPostgres({
    directory,
    role: 'cli',
    binDirectory: settings.database.binDirectory,
  })
  try {
    const moved = await withSnapshot(source.owner, async (snapshot) => {
      const { sql, tables } = snapshot
      const sums: RowSum[] = []
      const noted = async (table: TableShape) => {
        const sum = await sumRows(sql, table)
        sums.push(sum)
        return sum
      }
      const wasThere = await isFilledWith(target.owner, tables, noted)
      if (!wasThere) {
        // Where only the end of an earlier call is missing, the rows there are those here.
        if (mark !== undefined) throw movedAlready(storage, mark)
        sums.length = 0
        const contents = { ...snapshot, open: copyOut.bind(null, sql), expected: () => undefined }
        await loadDatabase(target.owner, migrationsFolder(), contents, {
          filled({ name }, sum) {
            sums.push(sum)
            progress.tell(`${sums.length} of ${tables.length} tables, the last ${name}`)
          },
          waits: (lock) => progress.say(wordsOfAwaited(lock)),
        })
      }
      const rows = sums.reduce((all, sum) => all + sum.rows, 0)
      return { to, tables: tables.length, rows, wasThere }
    })
    await writeMoveMark(storage, { to, at: new Date().toISOString() })
    await migrate(target.owner, migrationsFolder(), target.applicationRole, (lock) =>
      progress.say(wordsOfAwaited(lock)),
    )
    await withCtxOn(settings, target, 'cli', (ctx) => noteMove(ctx, { to, databaseRows: moved.rows }))
    return moved
  } finally {
    await source.stop()
  }
}

function movedAlready(storage: string, { to, at }: MoveMark): BackupError {
  return new BackupError(
    'moved_already',
    `The database of ${storage} was moved already, to ${to} at ${at}: start the server with DATABASE_URL naming it. To move it again, and lose what came there since, remove ${path.join(storage, 'db', 'moved.json')} and name an empty database.`,
  )
}

/** Host and database, without who and with which password. */
function placeOf(url: string): string {
  const parsed = parsePostgresUrl(url)
  return typeof parsed === 'string' ? '' : `${parsed.hosts.join(',')}/${parsed.database}`
}
