import { statfs } from 'node:fs/promises'
import { errorCode } from '../../../blobs/durable'
import type { RawSql } from '../../../db/client'
import { countNamed } from '../../../features/storage'
import { BackupError } from './errors'

/** What goes wrong when bytes are written comes without a path: this one gets it. */
export async function onFile<Result>(file: string, writing: Promise<Result>): Promise<Result> {
  try {
    return await writing
  } catch (error) {
    if (isFull(error)) (error as NodeJS.ErrnoException).path ??= file
    throw error
  }
}

const isFull = (error: unknown) => errorCode(error) === 'ENOSPC' || errorCode(error) === 'EDQUOT'

/**
 * Says of a disk that is full which it is, what is free there and what is needed; any other error stays as it is.
 * @param copiedBytes of files that are in the backup already, or are linked from the one before
 */
export async function explainFull(
  error: unknown,
  { series, folder, sql, copiedBytes }: { series: string; folder: string; sql: RawSql; copiedBytes: number },
): Promise<unknown> {
  if (!isFull(error)) return error
  const free = await statfs(series).then(
    ({ bavail, bsize }) => `${bavail * bsize} bytes are free there now`,
    () => undefined,
  )
  const needed = await neededFor(sql, copiedBytes).catch(() => undefined)
  const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string }
  return new BackupError(
    'disk_full',
    [
      `The disk of ${series} is full: ${dest ?? path ?? folder} could not be written (${code})`,
      ...(free === undefined ? [] : [free]),
      ...(needed === undefined ? [] : [needed]),
      'what was copied is taken over by the next call',
    ].join('; '),
    { cause: error },
  )
}

async function neededFor(sql: RawSql, copiedBytes: number): Promise<string> {
  const { sizeBytes } = await countNamed(sql)
  const [database] = await sql<{ sizeBytes: number }[]>`
    select pg_database_size(current_database())::float8 as "sizeBytes"`
  const files = Math.max(0, sizeBytes - copiedBytes)
  return `needed are about ${files} bytes for the files that are not in it yet, and for the rows a part of the ${database?.sizeBytes ?? 0} bytes that the database takes, compressed`
}
