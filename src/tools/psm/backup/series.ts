import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { errorCode, linkExclusively, makeDirectory, syncDirectory } from '../../../blobs/durable'
import type { RawSql } from '../../../db/client'
import { BackupError } from './errors'
import { readSeries } from './folders'
import { readBackup } from './manifest'

/** Says whose backups a folder holds. */
const CARD = 'series.json'

const Card = z.strictObject({
  program: z.literal('psManager'),
  /** Of the first entry of its audit log. */
  installation: z.string().regex(/^[0-9a-f]{64}$/),
  since: z.iso.datetime(),
})

/**
 * Makes a folder one of this installation's backups, and refuses one of another's. An installation is known by the first
 * entry of its audit log, which nobody removes and which goes with its database wherever that is moved. One that has no
 * entry yet has no name: it is asked again when its first backup has written one.
 * @throws BackupError
 */
export async function claimSeries(series: string, sql: RawSql, now: Date): Promise<void> {
  await makeDirectory(series).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST' && errorCode(error) !== 'ENOTDIR') throw error
    throw new BackupError('folder_not_fit', `${series} is no folder: name one in which backups are to lie.`)
  })
  const [first] = await sql<{ hash: string }[]>`
    select encode(hash, 'hex') as hash from audit_entries order by seq limit 1`
  const found = (await readCard(series)) ?? (first && (await writeCard(series, first.hash, now)))
  if (found !== undefined && found.installation !== first?.hash)
    throw new BackupError(
      'folder_not_fit',
      `${series} holds the backups of another installation, since ${found.since}: name a folder of its own for this one.`,
    )
  await requireSameCourse(series, sql)
}

/** A copy that was restored to be tried, and lives on, has the same beginning and another end. */
async function requireSameCourse(series: string, sql: RawSql): Promise<void> {
  const newest = (await readSeries(series)).whole.at(-1)
  if (newest === undefined) return
  const { seq, hash } = (await readBackup(newest)).manifest.audit
  if (seq === 0) return
  const known = await sql`select 1 from audit_entries where seq = ${seq} and hash = decode(${hash}, 'hex')`
  if (known.length > 0) return
  throw new BackupError(
    'folder_not_fit',
    `${newest} is not a backup of this installation, or of a course of it that this database has left: its audit log has entries that are not here. Name another folder, or move that one away.`,
  )
}

async function readCard(series: string): Promise<z.output<typeof Card> | undefined> {
  const file = path.join(series, CARD)
  try {
    return Card.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    if (errorCode(error) !== undefined) throw error
    throw new BackupError(
      'folder_not_fit',
      `${file}, which says whose backups these are, is damaged. If they are of this installation, remove it.`,
    )
  }
}

/** What stands there when it is done: of two who come at once one is the first. */
async function writeCard(
  series: string,
  installation: string,
  now: Date,
): Promise<z.output<typeof Card> | undefined> {
  const card = { program: 'psManager', installation, since: now.toISOString() } as const
  const file = path.join(series, CARD)
  const draft = `${file}.${randomUUID()}.tmp`
  await writeFile(draft, `${JSON.stringify(card)}\n`, { mode: 0o600, flush: true })
  try {
    await linkExclusively(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
  await syncDirectory(series)
  return readCard(series)
}
