import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BlobStore } from '../../../src/blobs/blob-store'
import { type BlobKey, checkKey, randomKey } from '../../../src/blobs/keys'
import { openBlobStore } from '../../../src/blobs/open'
import { readSettings, type Settings } from '../../../src/config'
import type { Ctx, Services } from '../../../src/core/context'
import { createLogger } from '../../../src/core/log'
import { connect, openPools } from '../../../src/db/client'
import { startEmbeddedPostgres } from '../../../src/db/embedded'
import { compareDatabase, loadDatabase } from '../../../src/db/transfer/load'
import { holdBlobs, sparingBlobs } from '../../../src/features/backups'
import { backupJobs } from '../../../src/features/backups/jobs'
import { keptBlobs, settlePlace } from '../../../src/features/storage'
import { issueEnrollmentCode, registerTerminal } from '../../../src/features/terminals'
import { blobStores, prepareDatabase } from '../../../src/server/backing'
import { makeBackup } from '../../../src/tools/psm/backup/make'
import { type ManifestTable, readBackup } from '../../../src/tools/psm/backup/manifest'
import { Progress } from '../../../src/tools/psm/backup/progress'
import { readTable } from '../../../src/tools/psm/backup/read-table'
import { restoreBackup } from '../../../src/tools/psm/backup/restore'
import { verifyBackup } from '../../../src/tools/psm/backup/verify'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import { putOneOfEverything } from '../../support/one-of-everything'
import { type TestDatabase, useTestDatabase } from '../../support/postgres'
import { job, jobRun, makeCtx, makeServices } from '../../support/services'
import { openTerminalDoor } from '../../support/terminal-door'

const database = useTestDatabase()
const root = mkdtempSync(path.join(os.tmpdir(), 'psm-test-backup-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const quiet = new Progress(() => {})
const silent = createLogger({ level: 'silent' })
let services: Services
let me: Ctx
let terminal: FakeTerminal
let folders = 0
const newFolder = () => path.join(root, String(++folders))
let series: string

beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, job())
  await settlePlace(database.sql, blobStores(services.settings))
  await putOneOfEverything(me)
  const door = await openTerminalDoor(database, services)
  await registerTerminal(me, { serial: 'KEPT-1', platform: 'other' })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: ['KEPT-1'] })
  terminal = new FakeTerminal(door.client, { serial: 'KEPT-1', platform: 'other', token: undefined })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  await door.close()
})
beforeEach(() => {
  series = newFolder()
})

const backUp = (more: Partial<Ctx> = {}) => makeBackup({ ...me, ...more }, database.owner, series, quiet)

/** Settings of another machine, with the secrets of this one. */
function elsewhere({ withSecrets = true, env = {} as Record<string, string> } = {}): Settings {
  const settings = readSettings({ STORAGE_DIR: newFolder(), SECOND_FACTOR_ROLES: 'none', ...env })
  if (withSecrets)
    cpSync(
      path.join(services.settings.storage.directory, 'secrets'),
      path.join(settings.storage.directory, 'secrets'),
      { recursive: true },
    )
  return settings
}

const restore = (settings: Settings, from = series, withoutSecrets = false, takeOverStore = false) =>
  restoreBackup(settings, { from, withoutSecrets, takeOverStore }, quiet)

/** What was restored, running. */
async function withRestored<Result>(
  { storage: { directory } }: Settings,
  run: (found: TestDatabase) => Promise<Result>,
): Promise<Result> {
  const server = await startEmbeddedPostgres({ directory: path.join(directory, 'db'), role: 'test' })
  const pools = openPools(server.app, 'psm-test')
  try {
    return await run({ ...pools, ...server })
  } finally {
    await pools.end()
    await server.stop()
  }
}

async function keysOf(sql: Ctx['sql']): Promise<BlobKey[]> {
  const keys: BlobKey[] = []
  await sql.begin(async (tx) => {
    for await (const some of keptBlobs(tx)) keys.push(...some.map(({ key }) => checkKey(key)))
  })
  return keys
}

const bytesOf = async (store: BlobStore, key: BlobKey) => {
  const parts: Buffer[] = []
  for await (const chunk of (await store.open(key)).stream) parts.push(chunk as Buffer)
  return Buffer.concat(parts).toString('base64')
}

/** The store, with something that happens before each blob is read. */
function besideReads(happen: (nth: number) => Promise<void>): BlobStore {
  let reads = 0
  return new Proxy(services.blobs, {
    get(store, name) {
      const value: unknown = Reflect.get(store, name)
      if (typeof value !== 'function') return value
      return async (...given: unknown[]) => {
        if (name === 'open') await happen(++reads)
        return value.apply(store, given)
      }
    },
  })
}

describe('a backup that is restored on an empty folder', { timeout: 90_000 }, () => {
  it('has every row and every file, a sound audit log, and terminals go on with their tokens', async () => {
    const made = await backUp()
    const settings = elsewhere()
    const restored = await restore(settings)
    expect(restored).toMatchObject({
      rows: made.rows,
      blobs: made.blobs,
      auditProblem: null,
      missingSecrets: [],
      faultCount: 0,
    })
    expect(made.blobs).toBeGreaterThanOrEqual(3)
    const { manifest } = await readBackup(made.folder)
    const blobs = await openBlobStore({
      kind: 'fs',
      directory: path.join(settings.storage.directory, 'blobs'),
    })
    await withRestored(settings, async (found) => {
      // The restore adds what it did itself to the audit log, and its store for binaries is another one.
      const own = ['audit_entries', 'audit_head', 'blob_place']
      const same = manifest.tables.filter(({ name }) => !own.includes(name))
      await compareDatabase(found.owner, same, (table) => table as (typeof same)[number])
      expect(await found.sql`select action from audit_entries order by seq desc limit 1`).toEqual([
        { action: 'backup.restored' },
      ])
      const keys = await keysOf(found.sql)
      expect(keys).toHaveLength(made.blobs)
      for (const key of keys) expect(await bytesOf(blobs, key)).toBe(await bytesOf(services.blobs, key))
      const door = await openTerminalDoor(found, { ...services, ...found, blobs, settings })
      const again = new FakeTerminal(door.client, terminal.memory)
      expect((await again.checkIn()).status).toBe(204)
      await door.close()
    })
    expect(readdirSync(settings.storage.directory).sort()).toEqual(['blobs', 'db', 'secrets'])
  })

  it('is in the audit log of where it was made, but not in itself', async () => {
    const { folder, manifestSha256 } = await backUp()
    const [entry] = await database.sql`select action, subject_id from audit_entries order by seq desc limit 1`
    expect(entry).toEqual({ action: 'backup.made', subject_id: manifestSha256 })
    const { manifest } = await readBackup(folder)
    const [head] = await database.sql<{ seq: number }[]>`select seq::int as seq from audit_head`
    expect(manifest.audit.seq).toBeLessThan(head?.seq ?? 0)
  })
})

describe('a backup beside the running server', () => {
  it('has every file that its rows name, whatever is deleted and added meanwhile', async () => {
    const blobs = sparingBlobs(services.blobs, database.sql)
    const put = async () => {
      const key = randomKey('files')
      await blobs.put(key, Readable.from([Buffer.from(key)]), { maxBytes: 100 })
      await database.sql`insert into stored_files (blob_key, state, content_id, size_bytes, state_at)
        values (${key}, 'kept', ${key}, 44, now())`
      return key
    }
    const before: BlobKey[] = []
    for (let at = 0; at < 20; at++) before.push(await put())
    // With the first file that is copied all of them are let go of, and another one comes.
    const busy = besideReads(async (nth) => {
      if (nth > 1) return
      await database.sql`update stored_files set state = 'ended' where blob_key = any(${before})`
      for (const key of before) await blobs.delete(key)
      await put()
    })
    const made = await backUp({ blobs: busy })
    expect(made).toMatchObject({ faultCount: 0 })
    const names = readFileSync(path.join(made.folder, 'blobs.jsonl'), 'utf8')
    for (const key of before) expect(names).toContain(key)
    await expect(verifyBackup(made.folder, quiet)).resolves.toMatchObject({ blobs: made.blobs })
    // Afterwards they go.
    expect(await services.blobs.head(before[0] as BlobKey)).toBeDefined()
    await expect(backupJobs[0]?.run({ ...me, blobs }, jobRun())).resolves.toEqual({ removed: 20 })
    for (const key of before) expect(await services.blobs.head(key)).toBeUndefined()
  })

  it('is the only one at a time, and says so', async () => {
    const hold = await holdBlobs(database.owner)
    await expect(backUp()).rejects.toMatchObject({ code: 'backup_under_way' })
    await hold.release()
    await backUp()
  })

  it('is not finished where the connection was lost that kept files from being deleted', async () => {
    const owner = connect(database.owner, { max: 1, applicationName: 'psm-test' })
    const cut = besideReads(async (nth) => {
      if (nth === 1)
        await owner`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'psm-backup-hold' and datname = current_database()`
    })
    await expect(backUp({ blobs: cut })).rejects.toMatchObject({ code: 'backup_hold_lost' })
    await owner.end()
    await expect(restore(elsewhere())).rejects.toMatchObject({ code: 'no_backup' })
  })
})

describe('a series of backups', { timeout: 90_000 }, () => {
  const inodesOf = (folder: string) =>
    readdirSync(path.join(folder, 'blobs'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => statSync(path.join(parentPath, name)).ino)
      .sort()

  it('keeps the same file once, and each backup stands when the others are removed', async () => {
    const first = await backUp()
    expect(first.linked).toBe(0)
    const second = await backUp()
    expect(second.linked).toBe(second.blobs)
    expect(inodesOf(second.folder)).toEqual(inodesOf(first.folder))
    rmSync(first.folder, { recursive: true })
    await expect(verifyBackup(series, quiet)).resolves.toMatchObject({ folder: second.folder })
  })

  it('copies a file anew that the backup before has lost', async () => {
    const first = await backUp()
    const [lost = ''] = await keysOf(database.sql)
    rmSync(path.join(first.folder, 'blobs', lost))
    const second = await backUp()
    expect(second.linked).toBe(second.blobs - 1)
    await verifyBackup(second.folder, quiet)
  })

  it('takes over what a broken-off backup has copied, and nobody takes that one for whole', async () => {
    const cut = besideReads(async (nth) => {
      if (nth > 8) throw new Error('the power fails')
    })
    for (let at = 0; at < 12; at++) {
      const key = randomKey('files')
      await services.blobs.put(key, Readable.from([Buffer.from(key)]), { maxBytes: 100 })
      await database.sql`insert into stored_files (blob_key, state, content_id, size_bytes, state_at)
        values (${key}, 'kept', ${key}, 44, now())`
    }
    await expect(backUp({ blobs: cut })).rejects.toThrow('the power fails')
    const [partial = ''] = readdirSync(series)
    expect(partial).toMatch(/\.partial$/)
    await expect(restore(elsewhere())).rejects.toMatchObject({
      code: 'no_backup',
      message: expect.stringContaining(partial),
    })
    await expect(verifyBackup(path.join(series, partial), quiet)).rejects.toMatchObject({ code: 'no_backup' })
    const made = await backUp()
    expect(made.linked).toBeGreaterThanOrEqual(8)
    expect(readdirSync(series)).toEqual([path.basename(made.folder), 'series.json'])
    await verifyBackup(series, quiet)
  })

  it('says of a file that is damaged in the store, and has the rest', async () => {
    const key = randomKey('files')
    await services.blobs.put(key, Readable.from([Buffer.from('changed')]), { maxBytes: 100 })
    const gone = randomKey('files')
    await database.sql`insert into stored_files (blob_key, state, content_id, size_bytes, sha256, state_at) values
      (${key}, 'kept', ${key}, 44, ${'0'.repeat(64)}, now()), (${gone}, 'kept', ${gone}, 44, ${'0'.repeat(64)}, now())`
    const made = await backUp()
    await database.sql`delete from stored_files where blob_key in (${key}, ${gone})`
    expect(made.faults.sort((a, b) => a.fault.localeCompare(b.fault))).toEqual([
      { key: gone, fault: 'missing' },
      { key, fault: 'wrong_hash' },
    ])
    await expect(verifyBackup(series, quiet)).resolves.toMatchObject({
      faultCount: 2,
      faults: expect.arrayContaining(made.faults),
    })
    await expect(restore(elsewhere())).resolves.toMatchObject({ faultCount: 2, auditProblem: null })
  })
})

describe('a backup that is not as it was written', { timeout: 90_000 }, () => {
  const flip = (file: string) => {
    const bytes = readFileSync(file)
    const at = Math.floor(bytes.length / 2)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
  }
  const firstBlob = (folder: string) => {
    const [line = ''] = readFileSync(path.join(folder, 'blobs.jsonl'), 'utf8').split('\n')
    return path.join(folder, 'blobs', (JSON.parse(line) as { key: string }).key)
  }

  it.each([
    ['rows', (folder: string) => flip(path.join(folder, 'database/terminals.copy.gz'))],
    ['rows that are gone', (folder: string) => rmSync(path.join(folder, 'database/terminals.copy.gz'))],
    ['a file', (folder: string) => flip(firstBlob(folder))],
    ['a file that is gone', (folder: string) => rmSync(firstBlob(folder))],
    ['the list of files', (folder: string) => writeFileSync(path.join(folder, 'blobs.jsonl'), '')],
    ['a list of files that is gone', (folder: string) => rmSync(path.join(folder, 'blobs.jsonl'))],
    ['the manifest', (folder: string) => writeFileSync(path.join(folder, 'manifest.json'), '{"format": 1}')],
    [
      'a statement in the manifest',
      (folder: string) => {
        const file = path.join(folder, 'manifest.json')
        const text = readFileSync(file, 'utf8')
        writeFileSync(
          file,
          text.replace(/FOR VALUES FROM/, "FOR VALUES FROM ('-infinity') TO (now()); drop --"),
        )
      },
    ],
  ])('is found out, and nothing can be started on what a restore left: %s', async (_, damage) => {
    const { folder } = await backUp()
    damage(folder)
    await expect(verifyBackup(folder, quiet)).rejects.toMatchObject({ code: 'damaged_backup' })
    const settings = elsewhere()
    await expect(restore(settings)).rejects.toMatchObject({ code: 'damaged_backup' })
    if (readdirSync(settings.storage.directory).includes('restoring.json'))
      await expect(prepareDatabase(settings, 'server', silent)).rejects.toMatchObject({
        code: 'restore_unfinished',
        message: expect.stringContaining(folder),
      })
  })

  it('of a newer program is told as such', async () => {
    const { folder } = await backUp()
    const file = path.join(folder, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 2'))
    await expect(restore(elsewhere())).rejects.toMatchObject({
      code: 'made_by_newer_program',
      message: expect.stringMatching(/newer version of psManager/),
    })
  })
})

describe('a restore', { timeout: 90_000 }, () => {
  it('goes on where it was broken off, with the same backup only', async () => {
    const { folder } = await backUp()
    const settings = elsewhere()
    const file = path.join(folder, 'database/terminals.copy.gz')
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, -20))
    await expect(restore(settings)).rejects.toMatchObject({ code: 'damaged_backup' })
    const other = await backUp()
    await expect(restore(settings, other.folder)).rejects.toMatchObject({ code: 'storage_not_empty' })
    writeFileSync(file, whole)
    await expect(restore(settings, folder)).resolves.toMatchObject({ auditProblem: null })
    await expect(restore(settings, folder)).rejects.toMatchObject({ code: 'storage_not_empty' })
  })

  it('finds the rows there when only the mark of it is missing', async () => {
    const { folder } = await backUp()
    const settings = elsewhere()
    const backup = await readBackup(folder)
    // As if it had died between the commit and the word of it.
    const tableOf = ({ name }: { name: string }) =>
      backup.manifest.tables.find((table) => table.name === name) as ManifestTable
    await withRestored(settings, ({ owner }) =>
      loadDatabase(owner, 'drizzle', {
        ...backup.manifest,
        open: async (table) => readTable(backup, tableOf(table)),
        expected: tableOf,
      }),
    )
    const { sha256 } = backup
    const mark = { from: folder, manifest: sha256, begunAt: '', isLoaded: false }
    writeFileSync(path.join(settings.storage.directory, 'restoring.json'), JSON.stringify(mark))
    await expect(restore(settings)).resolves.toMatchObject({ auditProblem: null })
  })

  it('writes over nothing', async () => {
    await backUp()
    const settings = elsewhere()
    writeFileSync(path.join(settings.storage.directory, 'notes.txt'), 'mine')
    mkdirSync(path.join(settings.storage.directory, 'lost+found'))
    await expect(restore(settings)).rejects.toMatchObject({
      code: 'storage_not_empty',
      message: expect.stringContaining('it has notes.txt.'),
    })
    // What a file system of its own has is in nobody's way.
    rmSync(path.join(settings.storage.directory, 'notes.txt'))
    await expect(restore(settings)).resolves.toMatchObject({ auditProblem: null })
  })

  it('asks for the secrets without which much stays sealed, and says what goes without', async () => {
    await backUp()
    const settings = elsewhere({ withSecrets: false })
    await expect(restore(settings)).rejects.toMatchObject({
      code: 'secrets_missing',
      message: expect.stringMatching(/AUTH_SECRET.*wrapping key/),
    })
    const other = elsewhere({ env: { AUTH_SECRET: 'another secret of at least 32 characters' } })
    await expect(restore(other)).rejects.toMatchObject({
      message: expect.stringContaining('another AUTH_SECRET'),
    })
    const restored = await restore(settings, series, true)
    expect(restored.missingSecrets).toHaveLength(2)
  })

  it('has nothing to do with a folder that holds no backup', async () => {
    await expect(restore(elsewhere(), newFolder())).rejects.toMatchObject({ code: 'no_backup' })
  })
})
