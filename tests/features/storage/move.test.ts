import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StoreKind } from '../../../src/blobs/blob-store'
import { checkKey, randomKey } from '../../../src/blobs/keys'
import { storesOf } from '../../../src/blobs/open'
import type { BlobStores } from '../../../src/blobs/placed'
import type { S3Settings } from '../../../src/blobs/s3/client'
import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import {
  findPlace,
  followPlace,
  moveBlobs,
  type PlacedBlobs,
  settlePlace,
} from '../../../src/features/storage'
import type { MoveListener, MoveOptions } from '../../../src/features/storage/move/move'
import { startHeartbeat } from '../../../src/features/system'
import { collect, stallingStream } from '../../blobs/sources'
import { useTestDatabase } from '../../support/postgres'
import { emptyBucket, missingForS3 } from '../../support/s3'
import { job, makeCtx, makeServices } from '../../support/services'
import { hashOf, keepOneOfEach } from './room'

const database = useTestDatabase()
let s3: S3Settings
let stores: BlobStores
let folder: string
let ctx: Ctx
let kept: Awaited<ReturnType<typeof keepOneOfEach>>
/** What each blob is, by its key. */
const contents = new Map<string, string>()

const QUIET: MoveListener = { step: () => {}, progress: () => {}, problem: () => {}, removal: () => {} }
const PATIENCE = { followMs: 15_000, drainMs: 15_000 }
const move = (to: StoreKind, more: Partial<MoveOptions & { listener: Partial<MoveListener> }> = {}) => {
  const { listener, ...options } = more
  return moveBlobs(
    ctx,
    stores,
    {
      ...{ to, atOnce: 3, removeOld: false, forgetOld: false, leaveDamaged: false, isFolderShared: false },
      ...{ patience: PATIENCE, ...options },
    },
    { ...QUIET, ...listener },
  )
}

/** A server on this database, as far as blobs are concerned. */
interface Server {
  blobs: PlacedBlobs
  stop(): Promise<void>
}
const servers: Server[] = []
async function startServer(its: BlobStores = stores): Promise<Server> {
  const { sql, log } = ctx
  const blobs = followPlace({ sql, log, stores: its, place: await settlePlace(sql, its), everyMs: 100 })
  const server = { ...ctx.server!, id: newId() }
  const secrets = async () => ({ authSecret: 'print', wrappingKeys: [] })
  const heartbeat = startHeartbeat({ sql, log, server, blobs: blobs.standing, secrets })
  blobs.onChange(heartbeat.tell)
  const stop = async () => {
    blobs.stop()
    await heartbeat.stop()
  }
  const started = { blobs, stop }
  servers.push(started)
  return started
}

const keysIn = async (kind: StoreKind) => {
  const keys: string[] = []
  for await (const { key } of (await stores.open(kind)).list()) keys.push(key)
  return keys.sort()
}
const readBy = async ({ blobs }: Server, key: string) =>
  hashOf(await collect((await blobs.store.open(checkKey(key))).stream))
/** Every blob, by every server, as it was when it was kept. */
async function expectAllReadable(): Promise<void> {
  for (const server of servers)
    for (const [key, sha256] of contents) expect(await readBy(server, key)).toBe(sha256)
}

const missing = missingForS3()

describe.skipIf(missing !== undefined)('blobs that are moved from files to S3 and back', () => {
  beforeAll(async () => {
    s3 = await emptyBucket()
    const services = await makeServices(database)
    folder = path.join(services.settings.storage.directory, 'blobs')
    stores = storesOf({ files: { kind: 'fs', directory: folder }, s3: { kind: 's3', ...s3 } })
    ctx = makeCtx({ ...services, blobs: await stores.open('files') }, job())
    kept = await keepOneOfEach(database, ctx)
    for (const key of Object.values(kept)) contents.set(key, hashOf(readFileSync(path.join(folder, key))))
  }, 180_000)
  beforeEach(async () => {
    await startServer()
    await startServer()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop()
  })

  it('stay where they are when a bucket comes into the settings: the row says where, not the settings', async () => {
    expect(await findPlace(ctx.sql)).toMatchObject({ home: 'files', other: null, writesTo: 'files' })
    await expectAllReadable()
    expect(await keysIn('s3')).toEqual([])
  })

  it('are not moved before every server can look into both', async () => {
    const alone = await startServer(storesOf({ files: { kind: 'fs', directory: folder } }))
    await expect(move('s3')).rejects.toMatchObject({
      code: 'servers_lack_store',
      details: { values: { store: 's3' } },
    })
    await alone.stop()
    servers.pop()
    await ctx.sql`
      insert into server_instances (id, host, version, runtime, started_at, seen_at, blob_stores)
      values (${newId()}, 'elsewhere', '1', 'Node', now(), now(), '{files,s3}')`
    await expect(move('s3')).rejects.toMatchObject({
      code: 'files_not_shared',
      details: { values: { hosts: expect.arrayContaining(['elsewhere']) } },
    })
    // It goes by no place at all, and is waited for in vain.
    await expect(
      move('s3', { isFolderShared: true, patience: { followMs: 600, drainMs: 600 } }),
    ).rejects.toMatchObject({
      code: 'servers_not_following',
      details: { values: { hosts: expect.arrayContaining(['elsewhere']) } },
    })
    await ctx.sql`delete from server_instances where host = 'elsewhere'`
    expect(await keysIn('s3')).toEqual([])
  })

  it('are read by every server at every moment, and new ones come into S3', async () => {
    const written: string[] = []
    const traffic = new AbortController()
    /** Each server stores, and the other reads it at once; old ones are read again and again; some are deleted. */
    const busy = servers.map(async (server, at) => {
      const other = servers[1 - at] as Server
      const old = [...contents.keys()]
      for (let turn = 0; !traffic.signal.aborted; turn++) {
        const key = randomKey('files')
        const bytes = Buffer.from(`${at} ${turn}`)
        await server.blobs.store.put(key, Readable.from([bytes]), { maxBytes: bytes.length })
        expect(await readBy(other, key)).toBe(hashOf(bytes))
        if (turn % 2 === 0) await other.blobs.store.delete(key)
        else written.push(key)
        const some = old[turn % old.length] as string
        expect(await readBy(server, some)).toBe(contents.get(some))
      }
    })
    const told = await move('s3').finally(() => traffic.abort())
    await Promise.all(busy)
    expect(written.length).toBeGreaterThan(4)
    await expectAllReadable()
    expect(told).toMatchObject({ home: 's3', other: 'files', copied: 9, problemCount: 0, old: null })
    expect(await findPlace(ctx.sql)).toMatchObject({ home: 's3', other: 'files', writesTo: 's3' })
    const inS3 = await keysIn('s3')
    expect(inS3).toEqual(expect.arrayContaining([...contents.keys()]))
    // Those that came before the servers turned are where they came to: no row names them, so nobody has copied them.
    expect([...inS3, ...(await keysIn('files'))]).toEqual(expect.arrayContaining(written))
    expect(written.filter((key) => inS3.includes(key)).length).toBeGreaterThan(0)
    for (const key of written) await servers[0]!.blobs.store.delete(checkKey(key))
    expect(await keysIn('files')).toEqual([...contents.keys()].sort())
    expect(await keysIn('s3')).toEqual([...contents.keys()].sort())
  })

  it('are deleted in both stores as long as both have them', async () => {
    const key = randomKey('files')
    for (const kind of ['files', 's3'] as const)
      await (await stores.open(kind)).put(key, Readable.from([Buffer.from('x')]), { maxBytes: 1 })
    await servers[1]!.blobs.store.delete(key)
    expect([...(await keysIn('files')), ...(await keysIn('s3'))]).not.toContain(key)
  })

  it('leave the old store only when that is asked for, and only those whose copies were verified', async () => {
    const orphan = randomKey('files')
    await (await stores.open('files')).put(orphan, Readable.from([Buffer.from('x')]), { maxBytes: 1 })
    const told = await move('s3', { removeOld: true })
    expect(told).toMatchObject({ home: 's3', other: null, copied: 0, before: 9 })
    expect(told.old).toMatchObject({ removed: 9, left: 0, orphans: 1 })
    expect(await keysIn('files')).toEqual([orphan])
    rmSync(path.join(folder, orphan))
    await expect.poll(() => servers.every(({ blobs }) => blobs.store.place().other === null)).toBe(true)
    await expectAllReadable()
    expect(await ctx.sql`select from blob_copies`).toHaveLength(0)
    expect(await move('s3')).toMatchObject({ home: 's3', copied: 0, found: 0 })
  })

  it('come back, also where what is there is half of something', async () => {
    // A process that was killed, long ago, on a disk without any promise.
    const half = path.join(folder, kept['app-version'])
    writeFileSync(half, 'half of it')
    const told = await move('files')
    expect(told).toMatchObject({ home: 'files', other: 's3', copied: 9, problemCount: 0 })
    expect(hashOf(readFileSync(half))).toBe(contents.get(kept['app-version']))
    await expectAllReadable()
  })

  it('turn round in the middle, and nothing is copied twice that is right where it is', async () => {
    await move('s3')
    const told = await move('files', { removeOld: true })
    expect(told).toMatchObject({ home: 'files', other: null, problemCount: 0 })
    expect(told.copied).toBe(0)
    expect(await keysIn('s3')).toEqual([])
    await expectAllReadable()
  })

  it('are not called moved while one is damaged, unless that is agreed to; the old one keeps it then', async () => {
    const key = kept['ecr-log']
    const file = path.join(folder, key)
    const whole = readFileSync(file)
    writeFileSync(file, Buffer.concat([whole.subarray(1), Buffer.of(0)]))
    const halted = await move('s3')
    expect(halted).toMatchObject({ home: 'files', other: 's3', copied: 8, problemCount: 1 })
    expect(halted.problems).toMatchObject([
      { fault: 'damaged', kind: 'ecr-log', belongsTo: ['ECR log till.log of terminal BLOB-1'] },
    ])
    expect(await keysIn('s3')).not.toContain(key)
    const moved = await move('s3', { leaveDamaged: true, removeOld: true })
    expect(moved).toMatchObject({ home: 's3', other: 'files', before: 8, problemCount: 1 })
    expect(moved.old).toMatchObject({ removed: 8, left: 1 })
    expect(await keysIn('files')).toEqual([key])
    // Mended, from wherever: then it follows.
    writeFileSync(file, whole)
    expect(await move('s3', { removeOld: true })).toMatchObject({ other: null, copied: 1, problemCount: 0 })
    await expectAllReadable()
  })

  it('may leave a store that is gone, if nothing is missing without it', async () => {
    await move('files')
    const lost = path.join(folder, kept['app-version'])
    const bytes = readFileSync(lost)
    rmSync(lost)
    const halted = await move('files', { forgetOld: true })
    expect(halted).toMatchObject({ home: 'files', other: 's3', problemCount: 1 })
    expect(halted.problems).toMatchObject([{ fault: 'missing', key: kept['app-version'] }])
    writeFileSync(lost, bytes)
    expect(await move('files', { forgetOld: true })).toMatchObject({ other: null, before: 9, old: null })
    expect(await keysIn('s3')).toEqual([...contents.keys()].sort())
    for (const key of await keysIn('s3')) await (await stores.open('s3')).delete(checkKey(key))
    await expectAllReadable()
  })

  it('are not taken from the old store when the copy has gone since; they are copied again', async () => {
    await move('s3')
    await (await stores.open('s3')).delete(checkKey(kept['key-file']))
    const told = await move('s3', { removeOld: true })
    expect(told).toMatchObject({ home: 's3', other: 'files', old: { removed: 8, left: 1 } })
    expect(await move('s3', { removeOld: true })).toMatchObject({
      other: null,
      copied: 1,
      old: { removed: 1 },
    })
    await expectAllReadable()
    await move('files', { removeOld: true })
  })

  it('wait for what a server had begun to store before it heard of the move', async () => {
    const [server] = servers as [Server]
    const key = randomKey('files')
    const caller = new AbortController()
    const put = server.blobs.store.put(key, stallingStream(Buffer.from('x')), {
      maxBytes: 9,
      signal: caller.signal,
    })
    await expect(
      move('s3', { removeOld: true, patience: { followMs: 15_000, drainMs: 600 } }),
    ).rejects.toMatchObject({ code: 'servers_not_following' })
    expect(await findPlace(ctx.sql)).toMatchObject({ home: 's3', other: 'files' })
    expect(await keysIn('files')).toEqual([...contents.keys()].sort())
    caller.abort(new Error('gone'))
    await expect(put).rejects.toThrow('gone')
    expect(await move('s3', { removeOld: true })).toMatchObject({ other: null, before: 9 })
  })

  it('are moved by one at a time; one that was killed is waited for', async () => {
    await ctx.sql`update blob_place set mover = ${newId()}, mover_until = now() + interval '2 seconds'`
    expect(await move('files', { removeOld: true })).toMatchObject({ home: 'files', copied: 9, other: null })
  })

  it('go on where a process was killed in the middle, and none is lost or left half-way', async () => {
    const scratch = path.resolve('node_modules/.cache/psm-tests')
    mkdirSync(scratch, { recursive: true })
    const outfile = path.join(scratch, `mover-to-kill-${process.pid}.mjs`)
    const entryPoints = [fileURLToPath(new URL('mover-to-kill.ts', import.meta.url))]
    await build({
      ...{ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' },
      ...{ packages: 'external', logLevel: 'error' },
    })
    const given = {
      target: database.app,
      files: { kind: 'fs', directory: folder },
      s3: { kind: 's3', ...s3 },
    }
    const child = spawn(process.execPath, [outfile, JSON.stringify(given)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    for await (const line of createInterface({ input: child.stdout })) if (line === '4') child.kill('SIGKILL')
    await exited
    rmSync(outfile)
    expect(await findPlace(ctx.sql)).toMatchObject({ home: 'files', other: 's3', writesTo: 's3' })
    await expectAllReadable()
    // Its minute is over.
    await ctx.sql`update blob_place set mover_until = now()`
    const told = await move('s3', { removeOld: true })
    expect(told).toMatchObject({ home: 's3', other: null, problemCount: 0, old: { removed: 9, left: 0 } })
    expect(told.copied).toBeLessThanOrEqual(5)
    expect(told.copied + told.found + told.before).toBe(9)
    expect(await keysIn('s3')).toEqual([...contents.keys()].sort())
    expect(await (await stores.open('s3')).sweepIncoming(0)).toBeLessThanOrEqual(1)
    await expectAllReadable()
  })

  it('leave a trace in the audit: begun, moved, and the old store left', async () => {
    const rows = await ctx.sql<{ action: string }[]>`
      select distinct action from audit_entries where action like 'blob_store.%' order by 1`
    expect(rows.map(({ action }) => action)).toEqual([
      'blob_store.move_began',
      'blob_store.moved',
      'blob_store.old_left',
    ])
  })
})
