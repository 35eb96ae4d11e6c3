import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../../../blobs/durable'
import { BackupError } from './errors'

export const MANIFEST = 'manifest.json'
export const BLOB_LIST = 'blobs.jsonl'
export const BLOBS = 'blobs'
export const DATABASE = 'database'

/** Another format has another number, and programs that do not know it refuse it. */
const FORMAT = 1

// Names and bounds become part of statements that the owner of the database executes.
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)
const instant = String.raw`'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00'`
const bound = z.string().regex(new RegExp(String.raw`^FOR VALUES FROM \(${instant}\) TO \(${instant}\)$`))
const option = z.string().regex(/^[a-z_.]{1,60}=[a-z0-9_.]{1,60}$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()
const digits = z.string().regex(/^\d{1,19}$/)

const Table = z.strictObject({
  name,
  columns: z.array(name).min(1).max(1600),
  partition: z.strictObject({ of: name, bound, options: z.array(option) }).nullable(),
  rows: count,
  /** `RowDigest` of its rows. */
  digest: hash,
  /** The file `database/NAME.copy.gz`. */
  sizeBytes: count,
  sha256: hash,
})

const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  program: z.literal('psManager'),
  version: z.string(),
  /** Of PostgreSQL. */
  serverVersion: z.string(),
  /** When the database was as it is here. */
  takenAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  migrations: z.array(z.strictObject({ hash, createdAt: digits })),
  tables: z.array(Table),
  sequences: z.array(z.strictObject({ name, last: digits.nullable() })),
  /** Where the chain of the audit log stood. */
  audit: z.strictObject({ seq: count, count, hash }),
  blobs: z.strictObject({
    count,
    sizeBytes: count,
    /** Of the file `blobs.jsonl`. */
    sha256: hash,
    /** What was not as the database says when it was copied, the first hundred. */
    faults: z.array(z.strictObject({ key: z.string(), fault: z.enum(['missing', 'wrong_hash']) })),
    faultCount: count,
  }),
  /** No secrets: what they are known again by. */
  secrets: z.strictObject({
    authSecret: z.string(),
    wrappingKeys: z.array(z.strictObject({ id: z.string(), print: z.string().nullable() })),
  }),
})

export type Manifest = z.output<typeof Manifest>
export type ManifestTable = z.output<typeof Table>

export interface Backup {
  folder: string
  manifest: Manifest
  /** Of the manifest: names the backup for good. */
  sha256: string
}

export const tableFile = (folder: string, table: string) => path.join(folder, DATABASE, `${table}.copy.gz`)

/** The last file of a backup: with it, it is whole. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<string> {
  const text = `${JSON.stringify(Manifest.parse(manifest), null, 2)}\n`
  await writeDurably(path.join(folder, MANIFEST), text)
  return createHash('sha256').update(text).digest('hex')
}

/** @throws BackupError */
export async function readBackup(folder: string): Promise<Backup> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    throw new BackupError(
      'no_backup',
      `${folder} is no whole backup: it has no ${MANIFEST}, which is written last.`,
    )
  })
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { folder, manifest: parseManifest(folder, text), sha256 }
}

function parseManifest(folder: string, text: string): Manifest {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new BackupError('damaged_backup', `${path.join(folder, MANIFEST)} is damaged: it is no JSON.`)
  }
  const format = (given as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > FORMAT)
    throw new BackupError(
      'made_by_newer_program',
      `${folder} was made by a newer version of psManager (format ${format}): restore with that version.`,
    )
  const parsed = Manifest.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new BackupError(
    'damaged_backup',
    `${path.join(folder, MANIFEST)} is damaged: ${issue?.path.join('.')}: ${issue?.message}`,
  )
}
