import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BlobStore, ByteSource, PutOptions } from '../../../src/blobs/blob-store'
import type { BlobKey } from '../../../src/blobs/keys'
import type { Ctx, Services } from '../../../src/core/context'
import { failure } from '../../../src/core/errors'
import { storedFileJobs } from '../../../src/features/stored-files/jobs'
import { createPackage, loadPackages } from '../../../src/features/updates/packages'
import { deletePackage } from '../../../src/features/updates/packages/service/change'
import { receivePart } from '../../../src/features/uploads/service/parts'
import { makeOta } from '../../support/ota-files'
import { useTestDatabase } from '../../support/postgres'
import { jobRun, makeCtx, makeServices, operator } from '../../support/services'
import { upload } from './support'

const HOUR_MS = 3_600_000
const storeDown = failure('unavailable', 'blob_store_unreachable', 'down')

/** The real store, whose puts of packages are counted, and can be held up or fail. */
class Gate {
  stored = 0
  before: () => Promise<void> = async () => {}

  behind(store: BlobStore): BlobStore {
    return {
      putContent: (...given) => store.putContent(...given),
      open: (...given) => store.open(...given),
      head: (key) => store.head(key),
      delete: (key) => store.delete(key),
      sweepIncoming: (age) => store.sweepIncoming(age),
      check: () => store.check(),
      checkWrites: () => store.checkWrites(),
      list: () => store.list(),
      strays: () => store.strays(),
      openFile: (key) => store.openFile(key),
      addressOf: (...given) => store.addressOf(...given),
      put: async (key: BlobKey, source: ByteSource, options: PutOptions) => {
        if (!key.startsWith('files/')) return store.put(key, source, options)
        await this.before()
        this.stored++
        return store.put(key, source, options)
      },
    }
  }
}

const database = useTestDatabase()
let plain: Services
let services: Services
let gate: Gate
let me: Ctx
let now: Date

beforeAll(async () => {
  plain = await makeServices(database, { env: { UPLOAD_PART_KIB: '64' } })
})

beforeEach(async () => {
  for (const table of ['packages', 'stored_files', 'uploads', 'upload_parts'])
    await database.sql`delete from ${database.sql(table)}`
  await rm(folder(), { recursive: true, force: true })
  gate = new Gate()
  now = new Date()
  services = { ...plain, blobs: gate.behind(plain.blobs), clock: { now: () => now } }
  me = makeCtx(services, operator())
})

const folder = () => path.join(plain.settings.storage.directory, 'blobs', 'files')

const later = (ms: number) => {
  now = new Date(now.getTime() + ms)
}

async function sweep(): Promise<unknown> {
  const [job] = storedFileJobs
  return job?.run(me, jobRun())
}

/** Names of all blobs of packages that the store holds. */
async function blobsThere(): Promise<string[]> {
  const names = await readdir(folder(), { recursive: true }).catch(() => [])
  return names.filter((name) => name.length > 30)
}

const inputOf = (...uploadIds: string[]) => ({
  platform: 'ingenico-t3' as const,
  component: 'application',
  version: '1',
  files: uploadIds.map((uploadId) => ({ uploadId })),
})

async function contentsOf(packageId: string): Promise<Buffer[]> {
  const files = (await loadPackages(services.db, [packageId])).get(packageId)?.files ?? []
  return Promise.all(
    files.map(async ({ blobKey }) =>
      Buffer.concat(await (await services.blobs.open(blobKey as BlobKey)).stream.toArray()),
    ),
  )
}

/** Until so many transactions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (let found = 0; found < count; ) {
    const [row] = await database.sql<{ found: number }[]>`
      select count(*)::int as found from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    found = row?.found ?? 0
  }
}

describe('a call that was cut off', () => {
  it('is told how far the first one is while that works, and gets its package afterwards', async () => {
    const input = inputOf(await upload(me, 'A.PAR', Buffer.from('abc')))
    let open = () => {}
    const held = new Promise<void>((resolve) => {
      gate.before = () => {
        resolve()
        return new Promise((go) => {
          open = go
        })
      }
    })
    const first = createPackage(me, input)
    await held
    await expect(createPackage(me, input)).rejects.toMatchObject({
      code: 'file_being_stored',
      details: { retryAfterSeconds: 5, values: { storedBytes: 0, sizeBytes: 3 } },
    })
    open()
    expect(await createPackage(me, input).catch(() => first)).toEqual(await first)
    expect(gate.stored).toBe(1)
  })

  it('goes on with the files that are stored', async () => {
    const uploads = [await upload(me, 'A.PAR', Buffer.from('a')), await upload(me, 'B.PAR', Buffer.from('b'))]
    gate.before = async () => {
      if (gate.stored === 1) throw storeDown()
    }
    const unreachable = { code: 'blob_store_unreachable' }
    await expect(createPackage(me, inputOf(...uploads))).rejects.toMatchObject(unreachable)
    gate.before = async () => {}
    // Until the row of the failed copy is old nobody knows that it failed: the store may yet have taken the bytes.
    await expect(createPackage(me, inputOf(...uploads))).rejects.toMatchObject({
      code: 'file_being_stored',
    })
    later(61_000)
    const made = await createPackage(me, inputOf(...uploads))
    expect(gate.stored).toBe(2)
    expect((await contentsOf(made.id)).map(String)).toEqual(['a', 'b'])
  })

  it('stores anew what was sent anew', async () => {
    const [uploadId, other] = [
      await upload(me, 'A.PAR', Buffer.from('old')),
      await upload(me, 'B.PAR', Buffer.from('b')),
    ]
    gate.before = async () => {
      if (gate.stored === 1) throw new Error('broken in the middle')
    }
    await expect(createPackage(me, inputOf(uploadId, other))).rejects.toThrow('broken in the middle')
    gate.before = async () => {}
    await receivePart(me, { uploadId, index: 0 }, Readable.from([Buffer.from('new')]))
    const made = await createPackage(me, inputOf(uploadId, other))
    expect((await contentsOf(made.id)).map(String)).toEqual(['new', 'b'])
  })

  it('is refused where a part is sent again while it is being copied', async () => {
    const uploadId = await upload(me, 'A.PAR', Buffer.from('old'))
    gate.before = async () => {
      gate.before = async () => {}
      await receivePart(me, { uploadId, index: 0 }, Readable.from([Buffer.from('new')]))
    }
    await expect(createPackage(me, inputOf(uploadId))).rejects.toMatchObject({ code: 'upload_changed' })
    const made = await createPackage(me, inputOf(uploadId))
    expect((await contentsOf(made.id)).map(String)).toEqual(['new'])
  })
})

describe('what no package needs', () => {
  it('is removed with the package, but for what others share', async () => {
    const shared = randomBytes(1_000)
    const make = async (name: string, own: string) =>
      createPackage(
        me,
        inputOf(await upload(me, `${name}.PAR`, shared), await upload(me, `${name}.INI`, Buffer.from(own))),
      )
    const [one, other] = [await make('A', 'one'), await make('B', 'other')]
    await sweep()
    expect(await blobsThere()).toHaveLength(3)
    await deletePackage(me, { packageId: one.id })
    await sweep()
    expect(await blobsThere()).toHaveLength(2)
    expect(await contentsOf(other.id)).toEqual([shared, Buffer.from('other')])
    await deletePackage(me, { packageId: other.id })
    await sweep()
    expect(await blobsThere()).toEqual([])
    const [rows] = await database.sql`select count(*)::int as count from stored_files`
    expect(rows).toEqual({ count: 0 })
  })

  it('is removed once its upload has expired, and not before', async () => {
    await createPackage(me, inputOf(await upload(me, 'A.PAR', Buffer.from('a'))))
    const uploadId = await upload(me, 'SAME.PAR', Buffer.from('same'))
    const second = await upload(me, 'OTHER.PAR', Buffer.from('other'))
    gate.before = async () => {
      if (gate.stored === 2) throw new Error('broken in the middle')
    }
    await expect(createPackage(me, inputOf(uploadId, second))).rejects.toThrow('broken in the middle')
    later(24 * HOUR_MS - 1)
    await sweep()
    expect(await blobsThere()).toHaveLength(2)
    later(2)
    await sweep()
    expect(await blobsThere()).toHaveLength(1)
  })

  it('was left by a server that died is removed when no copy can still be running', async () => {
    const uploadId = await upload(me, 'A.PAR', Buffer.from('a'))
    gate.before = async () => {
      throw storeDown()
    }
    await expect(createPackage(me, inputOf(uploadId))).rejects.toMatchObject({
      code: 'blob_store_unreachable',
    })
    later(2 * HOUR_MS)
    expect(await sweep()).toEqual({ removed: 0 })
    later(HOUR_MS + 1)
    expect(await sweep()).toEqual({ removed: 1 })
  })
})

describe('a package of content that another is just letting go of', () => {
  it('always has its bytes', async () => {
    for (let round = 0; round < 12; round++) {
      const content = makeOta({ payload: randomBytes(500) })
      const old = await createPackage(me, inputOf(await upload(me, 'OLD.PAR', content)))
      const input = inputOf(await upload(me, 'NEW.PAR', content))
      const [made] = await Promise.all([
        createPackage(me, input),
        deletePackage(me, { packageId: old.id }),
        sweep(),
        sweep(),
      ])
      await sweep()
      expect(await contentsOf(made.id)).toEqual([content])
      await deletePackage(me, { packageId: made.id })
    }
    await sweep()
    expect(await blobsThere()).toEqual([])
  })

  it('makes the other wait once it has chosen them', async () => {
    const content = Buffer.from('shared')
    const old = await createPackage(me, inputOf(await upload(me, 'OLD.PAR', content)))
    const uploadId = await upload(me, 'NEW.PAR', content)
    let letGo = () => {}
    // Its last step ends the upload: there it stands still, with the blob chosen and nothing committed.
    const holding = database.sql.begin(async (tx) => {
      await tx`select from uploads where id = ${uploadId} for update`
      await new Promise<void>((resolve) => {
        letGo = resolve
      })
    })
    const creating = createPackage(me, inputOf(uploadId))
    await waiting(1)
    const deleting = deletePackage(me, { packageId: old.id })
    await Promise.race([deleting, waiting(2)])
    letGo()
    const [made] = await Promise.all([creating, deleting, holding])
    await sweep()
    expect(await contentsOf(made.id)).toEqual([content])
  })

  it('is made by one of two calls that come at once with the same uploads', async () => {
    const input = inputOf(
      await upload(me, 'A.PAR', Buffer.from('a')),
      await upload(me, 'B.PAR', Buffer.from('b')),
    )
    const ended = await Promise.allSettled([createPackage(me, input), createPackage(me, input)])
    const made = await createPackage(me, input)
    for (const one of ended)
      expect(one).toMatchObject(
        one.status === 'fulfilled'
          ? { value: { id: made.id } }
          : { reason: { kind: expect.stringMatching(/conflict|not_found/) } },
      )
    const [rows] = await database.sql`select count(*)::int as count from packages`
    expect(rows).toEqual({ count: 1 })
  })
})
