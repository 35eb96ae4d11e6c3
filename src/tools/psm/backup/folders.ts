import { mkdir, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { sizeOf, syncDirectory } from '../../../blobs/durable'
import { BackupError } from './errors'
import { MANIFEST } from './manifest'

/** Of a backup that is being made, or was broken off. */
const PARTIAL = '.partial'
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/

/** What a folder of backups holds, the oldest first. */
export interface Series {
  whole: string[]
  partial: string[]
}

/** Backups of one series have the time of their beginning as their names; whatever else lies there is left alone. */
export async function readSeries(folder: string): Promise<Series> {
  const names = (await readdir(folder).catch(() => [])).sort()
  const series: Series = { whole: [], partial: [] }
  for (const name of names) {
    const at = path.join(folder, name)
    if (name.endsWith(PARTIAL) && NAME.test(name.slice(0, -PARTIAL.length))) series.partial.push(at)
    else if (NAME.test(name) && (await sizeOf(path.join(at, MANIFEST))) !== undefined) series.whole.push(at)
  }
  return series
}

/** Makes the folder of a backup that is to be made. */
export async function beginBackup(series: string, now: Date): Promise<string> {
  const folder = path.join(series, `${now.toISOString().replaceAll(/[:.]/g, '-')}${PARTIAL}`)
  await mkdir(folder, { mode: 0o700 })
  await syncDirectory(series)
  return folder
}

/** Gives a backup its name: from now on it counts as one. */
export async function finishBackup(folder: string): Promise<string> {
  const whole = folder.slice(0, -PARTIAL.length)
  await rename(folder, whole)
  await syncDirectory(path.dirname(whole))
  return whole
}

/**
 * The folder of one backup: itself, or the newest whole one of a series.
 * @throws BackupError
 */
export async function findBackup(given: string): Promise<string> {
  const folder = path.resolve(given)
  if ((await sizeOf(path.join(folder, MANIFEST))) !== undefined) {
    if (folder.endsWith(PARTIAL))
      throw new BackupError('no_backup', `${folder} was broken off before its end: it is no whole backup.`)
    return folder
  }
  const { whole, partial } = await readSeries(folder)
  const newest = whole.at(-1)
  if (newest !== undefined) return newest
  const left =
    partial.length === 0
      ? ''
      : ` What is there was broken off: ${partial.map((one) => path.basename(one)).join(', ')}.`
  throw new BackupError('no_backup', `There is no whole backup in ${folder}.${left}`)
}
