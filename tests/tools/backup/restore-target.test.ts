import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomKey } from '../../../src/blobs/keys'
import { readSettings, type Settings } from '../../../src/config'
import type { Ctx, Services } from '../../../src/core/context'
import { createLogger } from '../../../src/core/log'
import { openPools } from '../../../src/db/client'
import { authSecret } from '../../../src/server/auth-secret'
import { prepareDatabase } from '../../../src/server/backing'
import { openBlobs } from '../../../src/server/open-blobs'
import { withCtxOn } from '../../../src/tools/local'
import { makeBackup } from '../../../src/tools/psm/backup/make'
import { Progress } from '../../../src/tools/psm/backup/progress'
import { restoreBackup } from '../../../src/tools/psm/backup/restore'
import { useTestDatabase } from '../../support/postgres'
import { emptyBucket, missingForS3, s3Env } from '../../support/s3'
import { job, makeCtx, makeServices } from '../../support/services'
import { OTHER_POSTGRES, startTcpPostgres, type TcpPostgres } from '../../support/tcp-postgres'

const database = useTestDatabase()
const root = mkdtempSync(path.join(os.tmpdir(), 'psm-test-target-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const quiet = new Progress(() => {})
const silent = createLogger({ level: 'silent' })
let folders = 0
const newFolder = () => path.join(root, String(++folders))
const series = newFolder()

/** Settings of another machine, with the secrets of this one. */
function elsewhere(services: Services, env: Record<string, string> = {}): Settings {
  const settings = readSettings({ STORAGE_DIR: newFolder(), SECOND_FACTOR_ROLES: 'none', ...env })
  const secrets = path.join(services.settings.storage.directory, 'secrets')
  if (existsSync(secrets))
    cpSync(secrets, path.join(settings.storage.directory, 'secrets'), { recursive: true })
  return settings
}
const restore = (settings: Settings, from: string, takeOverStore = false) =>
  restoreBackup(settings, { from, withoutSecrets: false, takeOverStore }, quiet)

/** A file that a row names. */
async function keep({ sql, blobs }: Pick<Ctx, 'sql' | 'blobs'>) {
  const key = randomKey('files')
  await blobs.put(key, Readable.from([Buffer.from(key)]), { maxBytes: 100 })
  await sql`insert into stored_files (blob_key, state, content_id, size_bytes, state_at)
    values (${key}, 'kept', ${key}, 44, now())`
  return key
}

/** What a settings' restored embedded database says, and its store. */
async function onRestored(settings: Settings, act: (ctx: Ctx) => Promise<void>): Promise<void> {
  const prepared = await prepareDatabase(settings, 'cli', silent)
  try {
    await withCtxOn(settings, prepared, 'test', act)
  } finally {
    await prepared.stop()
  }
}

describe('a restore that is refused', { timeout: 90_000 }, () => {
  let postgres: TcpPostgres
  let services: Services
  beforeAll(async () => {
    postgres = await startTcpPostgres(OTHER_POSTGRES)
    services = await makeServices(database)
    await authSecret(services.settings)
    const ctx = makeCtx(services, job())
    await keep(ctx)
    await makeBackup(ctx, database.owner, series, quiet)
  })
  afterAll(() => postgres?.stop())

  const into = (name: string) =>
    elsewhere(services, {
      DATABASE_URL: postgres.urlOf('psm_app', name),
      DATABASE_OWNER_URL: postgres.urlOf('psm_owner', name),
    })

  it('because the database is not empty has begun nothing: no mark, no file', async () => {
    await postgres.createDatabase('filled')
    const settings = into('filled')
    await (await prepareDatabase(settings, 'server', silent)).stop()
    await expect(restore(settings, series)).rejects.toMatchObject({ code: 'database_not_empty' })
    expect(readdirSync(settings.storage.directory)).toEqual(['secrets'])
    // The instance starts as before.
    await (await prepareDatabase(settings, 'server', silent)).stop()
  })

  it('because the database cannot be filled has begun nothing', async () => {
    await postgres.createDatabase('poor', '')
    await postgres.admin.unsafe('alter database poor owner to postgres')
    const settings = into('poor')
    await expect(restore(settings, series)).rejects.toMatchObject({
      code: 'database_unsuitable',
      message: expect.stringContaining('DATABASE_OWNER_URL'),
    })
    expect(readdirSync(settings.storage.directory)).toEqual(['secrets'])
  })

  it('does not refuse an empty one, whose store has an id of its own', async () => {
    await postgres.createDatabase('empty')
    const settings = into('empty')
    await expect(restore(settings, series)).resolves.toMatchObject({ blobs: 1 })
    const pools = openPools((await prepareDatabase(settings, 'server', silent)).app, 'psm-test')
    const blobs = await openBlobs(settings, pools.sql, silent)
    await blobs.store.check()
    blobs.stop()
    await pools.end()
  })
})

describe.skipIf(missingForS3() !== undefined)(
  'a backup that is restored elsewhere with the S3 settings of production',
  { timeout: 180_000 },
  () => {
    it('is refused, and taken over only when told so: then production deletes nothing any more', async () => {
      const s3 = s3Env(await emptyBucket())
      const services = await makeServices(database, { env: s3 })
      await authSecret(services.settings)
      await database.sql`delete from stored_files`
      await database.sql`delete from blob_place`
      const production = await openBlobs(services.settings, database.sql, silent)
      const ctx = makeCtx({ ...services, blobs: production.store }, job())
      const key = await keep(ctx)
      const from = newFolder()
      await makeBackup(ctx, database.owner, from, quiet)
      const trial = elsewhere(services, s3)
      await expect(restore(trial, from)).rejects.toMatchObject({
        code: 'store_not_free',
        message: expect.stringMatching(/belongs to another installation.*--take-over-store/),
      })
      expect(readdirSync(trial.storage.directory)).toEqual(['secrets'])
      await production.store.check()
      // A bucket that somebody has filled before there were marks.
      const { mark } = await production.store.stores.open('s3')
      const id = (await mark.read()) ?? ''
      await mark.remove()
      await expect(restore(trial, from)).rejects.toMatchObject({ message: expect.stringContaining(key) })
      expect(await mark.put(id)).toBe(true)
      expect(await mark.put(id)).toBe(false)

      await expect(restore(trial, from, true)).resolves.toMatchObject({ blobs: 1 })
      await expect(production.store.delete(key)).rejects.toMatchObject({ code: 'blob_store_foreign' })
      await expect(production.store.check()).rejects.toMatchObject({ code: 'blob_store_foreign' })
      await expect(openBlobs(services.settings, database.sql, silent)).rejects.toMatchObject({
        code: 'store_foreign',
      })
      production.stop()
      await onRestored(trial, async ({ blobs }) => {
        await blobs.check()
        expect(await blobs.head(key)).toBeDefined()
        await blobs.delete(key)
      })
    })

    it('goes into an empty bucket of its own', async () => {
      const s3 = s3Env(await emptyBucket())
      const services = await makeServices(database)
      await authSecret(services.settings)
      await database.sql`delete from stored_files`
      const ctx = makeCtx(services, job())
      await keep(ctx)
      const from = newFolder()
      await makeBackup(ctx, database.owner, from, quiet)
      const settings = elsewhere(services, s3)
      await expect(restore(settings, from)).resolves.toMatchObject({ blobs: 1 })
      await onRestored(settings, ({ blobs }) => blobs.check())
    })
  },
)
