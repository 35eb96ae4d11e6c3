import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BlobKey, randomKey } from '../../../src/blobs/keys'
import { storesOf } from '../../../src/blobs/open'
import { readSettings } from '../../../src/config'
import { newId } from '../../../src/core/ids'
import { createLogger } from '../../../src/core/log'
import {
  adoptStores,
  findPlace,
  followPlace,
  moveBlobs,
  type PlacedBlobs,
} from '../../../src/features/storage'
import { openBlobs } from '../../../src/server/open-blobs'
import { useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'

const database = useTestDatabase()
const root = mkdtempSync(path.join(os.tmpdir(), 'psm-test-own-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const log = createLogger({ level: 'silent' })
let folders = 0
/** STORAGE_DIR of a machine. */
const newMachine = () => path.join(root, String(++folders))
const open: PlacedBlobs[] = []
afterEach(() => {
  for (const blobs of open.splice(0)) blobs.stop()
})
beforeEach(async () => {
  await database.sql`delete from blob_place`
})

async function start(machine: string): Promise<PlacedBlobs> {
  const blobs = await openBlobs(readSettings({ STORAGE_DIR: machine }), database.sql, log)
  open.push(blobs)
  return blobs
}
const storesIn = (machine: string) =>
  storesOf({ files: { kind: 'fs', directory: path.join(machine, 'blobs') } })
const markIn = async (machine: string) => (await storesIn(machine).open('files')).mark
/** A server that believes what it saw for a tenth of a second only. */
async function running(machine: string): Promise<PlacedBlobs> {
  await start(machine)
  const place = (await findPlace(database.sql))!
  const blobs = followPlace({ sql: database.sql, log, stores: storesIn(machine), place, everyMs: 1 })
  open.push(blobs)
  return blobs
}
async function put({ store }: PlacedBlobs): Promise<BlobKey> {
  const key = randomKey('files')
  await store.put(key, Readable.from([Buffer.from('of production')]), { maxBytes: 100 })
  return key
}
const FOREIGN = { code: 'blob_store_foreign' }

describe('a database and its store for binaries', () => {
  it('are bound together by the first start, and the next one finds them so', async () => {
    const machine = newMachine()
    await start(machine)
    const { storeId } = (await findPlace(database.sql))!
    expect(JSON.parse(readFileSync(path.join(machine, 'blobs/psmanager-store.json'), 'utf8'))).toEqual({
      storeId,
    })
    const blobs = await start(machine)
    const key = await put(blobs)
    // The mark is no blob.
    const listed: string[] = []
    for await (const found of blobs.store.list()) listed.push(found.key)
    expect(listed).toEqual([key])
  })

  it('are bound once where many servers start at once on one folder', async () => {
    const machine = newMachine()
    const started = await Promise.all(Array.from({ length: 6 }, () => start(machine)))
    for (const blobs of started) await blobs.store.check()
    expect(await (await markIn(machine)).read()).toBe((await findPlace(database.sql))?.storeId)
  })

  it('let one of the servers start where many do at once, each with a folder of its own', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => start(newMachine())))
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      ...Array<string>(3).fill('rejected'),
    ])
  })

  it('refuse a second server with another folder, and say what it found and what to do', async () => {
    await start(newMachine())
    const { storeId } = (await findPlace(database.sql))!
    await expect(start(newMachine())).rejects.toMatchObject({
      code: 'store_foreign',
      message: expect.stringMatching(
        new RegExp(`${storeId}.*STORAGE_DIR/blobs has none.*every server the same folder.*blobs adopt\\.$`),
      ),
    })
  })

  it('refuse a new database beside the files of another one', async () => {
    const machine = newMachine()
    await start(machine)
    const before = (await findPlace(database.sql))!
    await database.sql`delete from blob_place`
    await expect(start(machine)).rejects.toMatchObject({
      code: 'store_foreign',
      message: expect.stringMatching(new RegExp(`${before.storeId}.*--take-over-store`)),
    })
  })

  it('go on where the first start was killed between the mark and the word of it', async () => {
    const machine = newMachine()
    await start(machine)
    await database.sql`update blob_place set marked_at = null`
    await start(machine)
    expect(await findPlace(database.sql)).toMatchObject({ isMarked: true })
  })

  it('are bound together without a word where they were used before there were marks', async () => {
    const machine = newMachine()
    const key = await put(await start(machine))
    await (await markIn(machine)).remove()
    await database.sql`update blob_place set marked_at = null`
    const blobs = await start(machine)
    expect(await blobs.store.head(key)).toBeDefined()
    await expect(start(newMachine())).rejects.toMatchObject({ code: 'store_foreign' })
  })
})

describe('a running server', () => {
  it('deletes and stores nothing any more once its store was taken over', async () => {
    const machine = newMachine()
    const blobs = await running(machine)
    const key = await put(blobs)
    const mark = await markIn(machine)
    await mark.replace(newId())
    await new Promise((resolve) => setTimeout(resolve, 10))
    await expect(blobs.store.delete(key)).rejects.toMatchObject(FOREIGN)
    await expect(blobs.store.sweepIncoming(0)).rejects.toMatchObject(FOREIGN)
    await expect(put(blobs)).rejects.toMatchObject(FOREIGN)
    await expect(blobs.store.check()).rejects.toMatchObject(FOREIGN)
    expect(await blobs.store.head(key)).toBeDefined()
    await mark.replace((await findPlace(database.sql))!.storeId)
    await blobs.store.delete(key)
  })

  it('calls no file missing where the folder itself has gone', async () => {
    const machine = newMachine()
    const blobs = await running(machine)
    const key = await put(blobs)
    rmSync(path.join(machine, 'blobs'), { recursive: true })
    await new Promise((resolve) => setTimeout(resolve, 10))
    await expect(blobs.store.open(key)).rejects.toMatchObject(FOREIGN)
    await expect(blobs.store.head(key)).rejects.toMatchObject(FOREIGN)
  })
})

describe('a move to another store', () => {
  it('deletes nothing in the store that was left once that is of another installation', async () => {
    const machine = newMachine()
    const blobs = await running(machine)
    const key = await put(blobs)
    await database.sql`insert into stored_files (blob_key, state, content_id, size_bytes, state_at)
      values (${key}, 'kept', ${key}, 13, now())`
    const two = storesOf({
      files: { kind: 'fs', directory: path.join(machine, 'blobs') },
      s3: { kind: 'fs', directory: path.join(machine, 'bucket') },
    })
    const ctx = makeCtx(await makeServices(database), job())
    const move = (removeOld: boolean) =>
      moveBlobs(
        ctx,
        two,
        {
          ...{ to: 's3', atOnce: 1, removeOld, forgetOld: false, leaveDamaged: false, isFolderShared: false },
          patience: { followMs: 1_000, drainMs: 1_000 },
        },
        { step: () => {}, progress: () => {}, problem: () => {}, removal: () => {} },
      )
    expect(await move(false)).toMatchObject({ home: 's3', other: 'files', copied: 1 })
    const { storeId } = (await findPlace(database.sql))!
    const [left, now] = [(await two.open('files')).mark, (await two.open('s3')).mark]
    expect(await now.read()).toBe(storeId)
    const stranger = newId()
    await left.replace(stranger)
    await expect(move(true)).rejects.toMatchObject(FOREIGN)
    expect(await (await two.open('files')).head(key)).toBeDefined()
    expect(await left.read()).toBe(stranger)
    // Its own again: emptied, and free for whoever comes next.
    await left.replace(storeId)
    expect(await move(true)).toMatchObject({ other: null, old: { removed: 1 } })
    expect(await left.read()).toBeUndefined()
  })

  it('goes to no store of another installation', async () => {
    const machine = newMachine()
    await running(machine)
    const two = storesOf({
      files: { kind: 'fs', directory: path.join(machine, 'blobs') },
      s3: { kind: 'fs', directory: path.join(machine, 'bucket') },
    })
    await (await two.open('s3')).mark.put(newId())
    const moved = moveBlobs(
      makeCtx(await makeServices(database), job()),
      two,
      {
        ...{ to: 's3', atOnce: 1, removeOld: false, forgetOld: false, leaveDamaged: false },
        ...{ isFolderShared: false, patience: { followMs: 1_000, drainMs: 1_000 } },
      },
      { step: () => {}, progress: () => {}, problem: () => {}, removal: () => {} },
    )
    await expect(moved).rejects.toMatchObject(FOREIGN)
    expect(await findPlace(database.sql)).toMatchObject({ home: 'files', other: null })
  })
})

describe('psm blobs adopt', () => {
  const adopt = async (machine: string, takeOver = false) =>
    adoptStores(makeCtx(await makeServices(database), job()), storesIn(machine), { takeOver })

  it('leaves what is ours as it is', async () => {
    const machine = newMachine()
    await start(machine)
    expect(await adopt(machine)).toMatchObject({ isNew: false })
  })

  it('binds a store without a mark, under a new id that shuts out whoever has the old one', async () => {
    const old = newMachine()
    const before = await running(old)
    const machine = newMachine()
    const { storeId } = await adopt(machine)
    expect(await findPlace(database.sql)).toMatchObject({ storeId, isMarked: true })
    await start(machine)
    await new Promise((resolve) => setTimeout(resolve, 10))
    await expect(put(before)).rejects.toMatchObject(FOREIGN)
    const [entry] = await database.sql`select action, changes from audit_entries order by seq desc limit 1`
    expect(entry).toMatchObject({ action: 'blob_store.adopted', changes: { storeId: { after: storeId } } })
  })

  it('takes the store of another installation only when it is told to', async () => {
    const machine = newMachine()
    await start(machine)
    const stranger = newId()
    await (await markIn(machine)).replace(stranger)
    await expect(adopt(machine)).rejects.toMatchObject({
      ...FOREIGN,
      details: { values: { store: 'files', found: stranger } },
    })
    expect(await adopt(machine, true)).toMatchObject({ isNew: true })
    await start(machine)
  })
})
