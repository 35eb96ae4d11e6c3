import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { syncDirectory } from '../../../blobs/durable'
import type { Ctx } from '../../../core/context'
import { VERSION } from '../../../core/version'
import type { ConnectionTarget } from '../../../db/client'
import { copyOut } from '../../../db/transfer/copy'
import { counted, RowDigest } from '../../../db/transfer/row-digest'
import { type Snapshot, withSnapshot } from '../../../db/transfer/snapshot'
import { type BlobHold, holdBlobs, noteBackup } from '../../../features/backups'
import { type KeptBlob, keptBlobs } from '../../../features/storage'
import { type CopiedBlobs, copyBlobs } from './copy-blobs'
import { explainFull, onFile } from './disk-full'
import { beginBackup, finishBackup, readSeries } from './folders'
import { DATABASE, MANIFEST, type Manifest, type ManifestTable, tableFile, writeManifest } from './manifest'
import { keepLargest, settleBroken, tellUnderWay } from './partial'
import type { Progress } from './progress'
import { printSecrets } from './secrets'
import { claimSeries } from './series'

/** The names that the snapshot gave, until they are copied. */
const NAMES = 'names.jsonl'
/** Text of one kind compresses well at any level; this one costs a fifth of the usual time. */
const GZIP_LEVEL = 1

export interface MadeBackup {
  folder: string
  /** Of its manifest: names the backup for good. */
  manifestSha256: string
  takenAt: string
  tables: number
  rows: number
  databaseBytes: number
  blobs: number
  blobBytes: number
  /** Of the blobs, those that an earlier backup of the series has too. */
  linked: number
  /** Where the chain of the audit log stood. */
  auditHead: string
  faults: Manifest['blobs']['faults']
  faultCount: number
}

/**
 * Makes a backup beside the running server: the database as it is at one moment, then every blob that it names, then the
 * manifest. Until the manifest is on the disk the folder's name says that it is not whole.
 * @param series the folder of all backups of this installation
 * @throws BackupError, backup_under_way, backup_hold_lost
 */
export async function makeBackup(
  ctx: Ctx,
  owner: ConnectionTarget,
  series: string,
  progress: Progress,
): Promise<MadeBackup> {
  const at = path.resolve(series)
  const hold = await holdBlobs(owner)
  let [folder, copiedBytes] = [at, 0]
  try {
    await claimSeries(at, ctx.sql, ctx.clock.now())
    const earlier = await readSeries(at)
    folder = await beginBackup(at, ctx.clock.now())
    const underWay = await tellUnderWay(folder).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true })
      throw error
    })
    const broken = await keepLargest(earlier.partial, folder)
    let made: MadeBackup
    try {
      const before = [
        ...earlier.whole.slice(-1).map((one) => ({ folder: one, isWhole: true })),
        ...(broken === undefined ? [] : [{ folder: broken.folder, isWhole: false }]),
      ]
      made = await fillBackup(ctx, { owner, hold, folder, before, progress }, (told) => {
        copiedBytes = told.sizeBytes
      })
      // What has left the house is in the audit log before anybody can take it for whole.
      await noteBackup(ctx, noteOf(made))
      await claimSeries(at, ctx.sql, ctx.clock.now())
    } catch (error) {
      await underWay.end().catch(() => {})
      await settleBroken(folder, broken).catch(() => {})
      throw error
    }
    await underWay.end()
    const whole = await finishBackup(folder)
    if (broken !== undefined)
      await rm(broken.folder, { recursive: true, force: true }).catch((error: Error) =>
        progress.say(`${broken.folder}, which was broken off, could not be removed: ${error.message}`),
      )
    return { ...made, folder: whole }
  } catch (error) {
    throw await explainFull(error, { series: at, folder, sql: ctx.sql, copiedBytes })
  } finally {
    await hold.release()
  }
}

interface Filling {
  owner: ConnectionTarget
  hold: BlobHold
  folder: string
  before: { folder: string; isWhole: boolean }[]
  progress: Progress
}

async function fillBackup(
  ctx: Ctx,
  { owner, hold, folder, before, progress }: Filling,
  copied: (told: CopiedBlobs) => void,
): Promise<MadeBackup> {
  const database = await withSnapshot(owner, (snapshot) => writeDatabase(ctx, snapshot, folder, progress))
  const names = path.join(folder, NAMES)
  const { linked, ...blobs } = await copyBlobs(ctx.blobs, readNames(names), { folder, before }, (told) => {
    copied(told)
    progress.tell(`files: ${told.count} of ${database.named}, ${told.linked} of them there already`)
  })
  await rm(names)
  await hold.confirm()
  const manifest: Manifest = { ...database.facts, finishedAt: new Date().toISOString(), blobs }
  await syncDirectory(folder)
  const manifestSha256 = await onFile(path.join(folder, MANIFEST), writeManifest(folder, manifest))
  return summaryOf(folder, manifest, manifestSha256, { ...blobs, linked })
}

const noteOf = ({ takenAt, rows, blobs, manifestSha256 }: MadeBackup) => ({
  takenAt,
  databaseRows: rows,
  storedFiles: blobs,
  sha256: manifestSha256,
})

function summaryOf(
  folder: string,
  { takenAt, tables, audit }: Manifest,
  manifestSha256: string,
  { count, sizeBytes, linked, faults, faultCount }: CopiedBlobs,
): MadeBackup {
  return {
    folder,
    manifestSha256,
    takenAt,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    databaseBytes: tables.reduce((sum, table) => sum + table.sizeBytes, 0),
    blobs: count,
    blobBytes: sizeBytes,
    linked,
    auditHead: `${audit.seq}:${audit.hash}`,
    faults,
    faultCount,
  }
}

async function writeDatabase(ctx: Ctx, snapshot: Snapshot, folder: string, progress: Progress) {
  await mkdir(path.join(folder, DATABASE), { mode: 0o700 })
  // What is deleted from now on is spared: the names are those of the snapshot.
  const named = await writeNames(snapshot, path.join(folder, NAMES))
  const tables: ManifestTable[] = []
  for (const table of snapshot.tables) {
    progress.tell(`database: ${tables.length} of ${snapshot.tables.length} tables, now ${table.name}`)
    const digest = new RowDigest()
    const rows = counted(await copyOut(snapshot.sql, table), digest)
    const written = await writeCompressed(tableFile(folder, table.name), rows)
    tables.push({ ...table, ...digest.result(), ...written })
  }
  await syncDirectory(path.join(folder, DATABASE))
  const { sql } = snapshot
  const [head] = await sql<{ seq: number; count: number; hash: string }[]>`
    select seq::float8 as seq, count::float8 as count, encode(hash, 'hex') as hash from audit_head`
  const keys = await sql<{ id: string }[]>`
    select distinct wrapping_key as id from key_files where wrapped_key is not null order by 1`
  const facts = {
    format: 1,
    program: 'psManager',
    version: VERSION,
    serverVersion: snapshot.serverVersion,
    takenAt: snapshot.takenAt.toISOString(),
    migrations: snapshot.migrations,
    tables,
    sequences: snapshot.sequences,
    audit: head ?? { seq: 0, count: 0, hash: '0'.repeat(64) },
    secrets: await printSecrets(
      ctx.settings,
      keys.map(({ id }) => id),
    ),
  } as const
  return { facts, named }
}

async function writeNames({ sql }: Snapshot, file: string): Promise<number> {
  let named = 0
  const lines = async function* () {
    for await (const some of keptBlobs(sql)) {
      named += some.length
      yield some.map((one) => `${JSON.stringify(one)}\n`).join('')
    }
  }
  await onFile(file, pipeline(lines, createWriteStream(file, { flags: 'wx', mode: 0o600 })))
  return named
}

async function* readNames(file: string): AsyncGenerator<KeptBlob, void> {
  for await (const line of createInterface({ input: createReadStream(file) }))
    yield JSON.parse(line) as KeptBlob
}

async function writeCompressed(
  file: string,
  rows: AsyncIterable<Buffer>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const meter = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      sizeBytes += chunk.length
      done(null, chunk)
    },
  })
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  await onFile(file, pipeline(Readable.from(rows), createGzip({ level: GZIP_LEVEL }), meter, target))
  await onFile(file, syncFile(file))
  return { sizeBytes, sha256: hash.digest('hex') }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
