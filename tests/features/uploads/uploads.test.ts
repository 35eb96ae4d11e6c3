import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BlobStore } from '../../../src/blobs/blob-store'
import { checkKey } from '../../../src/blobs/keys'
import { openBlobStore } from '../../../src/blobs/open'
import type { S3Settings } from '../../../src/blobs/s3/client'
import type { Ctx, Services } from '../../../src/core/context'
import { inTransaction } from '../../../src/core/verb'
import { choosePartBytes, partCountOf, partSizeOf } from '../../../src/features/uploads/decide'
import { uploadJobs } from '../../../src/features/uploads/jobs'
import {
  createUpload,
  discardUpload,
  getUpload,
  listUploads,
} from '../../../src/features/uploads/service/announce'
import { finishUpload, openUpload } from '../../../src/features/uploads/service/open'
import { receivePart } from '../../../src/features/uploads/service/parts'
import { sweepUploads } from '../../../src/features/uploads/service/sweep'
import { useTestDatabase } from '../../support/postgres'
import { emptyBucket, missingForS3 } from '../../support/s3'
import { integrator, job, jobRun, makeCtx, makeServices, operator } from '../../support/services'

const PART = 64 * 1024
const HOUR_MS = 3_600_000
const SMALL_PARTS = {
  UPLOAD_PART_KIB: '64',
  UPLOAD_OPEN_MAX: '5',
  UPLOAD_OPEN_MAX_MIB: '2',
  UPLOAD_MAX_MIB: '1',
}

const database = useTestDatabase()
let services: Services
let nowMs: number
let me: Ctx

beforeAll(async () => {
  nowMs = Date.now()
  services = await makeServices(database, { env: SMALL_PARTS, clock: { now: () => new Date(nowMs) } })
})

/** A caller of its own for each test: limits are counted by caller. */
function somebody(more: Partial<Services> = {}): Ctx {
  return makeCtx({ ...services, ...more }, operator())
}

const announce = (ctx: Ctx, sizeBytes: number) => createUpload(ctx, { fileName: 'some.zip', sizeBytes })
const send = (ctx: Ctx, uploadId: string, index: number, bytes: Uint8Array) =>
  receivePart(ctx, { uploadId, index }, Readable.from([bytes]))
const partOf = (bytes: Buffer, index: number) => bytes.subarray(index * PART, (index + 1) * PART)

async function whole(ctx: Ctx, uploadId: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of (await openUpload(ctx, uploadId, 'licenses')).stream()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Every blob that the uploads know of, and whether the store has it. */
async function ledger(uploadId: string, blobs: BlobStore = services.blobs) {
  const rows = await database.sql<{ state: string; key: string }[]>`
    select state, blob_key as key from upload_parts where upload_id = ${uploadId} order by part_index`
  return Promise.all(
    rows.map(async ({ state, key }) => ({
      state,
      isStored: (await blobs.head(checkKey(key))) !== undefined,
    })),
  )
}

describe('the parts of a file', () => {
  it('are as long as preferred, and longer where they would be too many', () => {
    expect(choosePartBytes(100, PART)).toBe(PART)
    const large = choosePartBytes(8 * 1024 ** 3, PART)
    expect(large).toBeGreaterThan(PART)
    expect(partCountOf({ sizeBytes: 8 * 1024 ** 3, partBytes: large })).toBeLessThanOrEqual(10_000)
  })

  it('have one length, the last what remains', () => {
    const file = { sizeBytes: 25, partBytes: 10 }
    expect([-1, 0, 1, 2, 3].map((index) => partSizeOf(file, index))).toEqual([
      undefined,
      10,
      10,
      5,
      undefined,
    ])
    expect(partCountOf({ sizeBytes: 20, partBytes: 10 })).toBe(2)
    expect(partCountOf({ sizeBytes: 0, partBytes: 10 })).toBe(0)
  })
})

describe('an upload', () => {
  beforeAll(() => {
    me = somebody()
  })

  it('comes in any order and at once, and is read as it was', async () => {
    const bytes = randomBytes(2 * PART + 7)
    const { uploadId, partBytes, partCount } = await announce(me, bytes.length)
    expect([partBytes, partCount]).toEqual([PART, 3])
    const parts = await Promise.all([2, 0, 1].map((index) => send(me, uploadId, index, partOf(bytes, index))))
    expect(parts.map((part) => part.sizeBytes)).toEqual([7, PART, PART])
    expect(parts[0]?.sha256).toBe(createHash('sha256').update(partOf(bytes, 2)).digest('hex'))
    expect(await getUpload(me, { uploadId })).toMatchObject({ receivedParts: [0, 1, 2], isComplete: true })
    expect(await whole(me, uploadId)).toEqual(bytes)
    const opened = await openUpload(me, uploadId, 'licenses')
    expect(await opened.read(PART - 3, PART + 6)).toEqual(bytes.subarray(PART - 3, 2 * PART + 3))
    expect(await opened.read(2 * PART, 1000)).toEqual(bytes.subarray(2 * PART))
  })

  it('tells what is here, so that the rest can follow after a break and a restart', async () => {
    const bytes = randomBytes(3 * PART)
    const { uploadId } = await announce(me, bytes.length)
    await send(me, uploadId, 1, partOf(bytes, 1))
    const restarted: Ctx = { ...me, blobs: await openBlobStore({ kind: 'fs', directory: blobFolder() }) }
    expect(await getUpload(restarted, { uploadId })).toMatchObject({ receivedParts: [1], isComplete: false })
    await expect(openUpload(restarted, uploadId, 'licenses')).rejects.toMatchObject({
      code: 'upload_incomplete',
      details: { values: { missingParts: 2 } },
    })
    for (const index of [0, 2]) await send(restarted, uploadId, index, partOf(bytes, index))
    expect(await whole(me, uploadId)).toEqual(bytes)
    await discardUpload(me, { uploadId })
  })

  it('takes a part again, the same or another: the last one counts, and the other is removed', async () => {
    const { uploadId } = await announce(me, PART)
    await send(me, uploadId, 0, Buffer.alloc(PART, 1))
    await send(me, uploadId, 0, Buffer.alloc(PART, 1))
    await send(me, uploadId, 0, Buffer.alloc(PART, 2))
    expect(await whole(me, uploadId)).toEqual(Buffer.alloc(PART, 2))
    expect(await ledger(uploadId)).toEqual([{ state: 'kept', isStored: true }])
  })

  it('keeps one whole part where the same one comes several times at once', async () => {
    const { uploadId } = await announce(me, PART)
    const fillings = [1, 2, 3, 4, 5]
    await Promise.all(fillings.map((byte) => send(me, uploadId, 0, Buffer.alloc(PART, byte))))
    const kept = await whole(me, uploadId)
    expect(fillings).toContain(kept[0])
    expect(kept).toEqual(Buffer.alloc(PART, kept[0]))
    await sweepUploads(me, new AbortController().signal)
    expect(await ledger(uploadId)).toEqual([{ state: 'kept', isStored: true }])
    await discardUpload(me, { uploadId })
  })

  it('may be empty', async () => {
    const { uploadId, partCount } = await announce(me, 0)
    expect(partCount).toBe(0)
    expect(await whole(me, uploadId)).toEqual(Buffer.alloc(0))
    await discardUpload(me, { uploadId })
  })

  it('is gone once it was used, with its bytes, unless the use fails', async () => {
    const { uploadId } = await announce(me, 10)
    await send(me, uploadId, 0, Buffer.alloc(10))
    const failing = inTransaction(me, async (ctx) => {
      await finishUpload(ctx, uploadId)
      throw new Error('the use failed')
    })
    await expect(failing).rejects.toThrow('the use failed')
    expect(await whole(me, uploadId)).toHaveLength(10)
    await inTransaction(me, (ctx) => finishUpload(ctx, uploadId))
    await expect(getUpload(me, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
    await sweepUploads(me, new AbortController().signal)
    expect(await ledger(uploadId)).toEqual([])
  })

  it('fails its reader where a part is replaced meanwhile', async () => {
    const { uploadId } = await announce(me, PART)
    await send(me, uploadId, 0, Buffer.alloc(PART, 1))
    const opened = await openUpload(me, uploadId, 'licenses')
    await send(me, uploadId, 0, Buffer.alloc(PART, 2))
    await expect(opened.read(0, 1)).rejects.toMatchObject({ code: 'upload_changed' })
    await discardUpload(me, { uploadId })
  })

  it('writes no audit row: nothing has happened yet', async () => {
    const { uploadId } = await announce(me, 1)
    await send(me, uploadId, 0, Buffer.alloc(1))
    await discardUpload(me, { uploadId })
    expect(await database.sql`select from audit_entries`).toHaveLength(0)
  })
})

function blobFolder(): string {
  return `${services.settings.storage.directory}/blobs`
}

describe('what is refused', () => {
  it('a part of the wrong length, and nothing of it is kept', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART + 5)
    const wrong = { code: 'part_wrong_size', details: { values: { expectedBytes: PART } } }
    await expect(send(ctx, uploadId, 0, Buffer.alloc(PART - 1))).rejects.toMatchObject(wrong)
    await expect(send(ctx, uploadId, 0, Buffer.alloc(PART + 1))).rejects.toMatchObject(wrong)
    await expect(send(ctx, uploadId, 1, Buffer.alloc(PART))).rejects.toMatchObject({
      code: 'part_wrong_size',
    })
    const declared = receivePart(ctx, { uploadId, index: 0, declaredBytes: 1 }, Readable.from([]))
    await expect(declared).rejects.toMatchObject(wrong)
    expect(await ledger(uploadId)).toEqual([])
  })

  it('a part that is not there', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART)
    for (const index of [-1, 1, 2 ** 31])
      await expect(send(ctx, uploadId, index, Buffer.alloc(1))).rejects.toMatchObject({
        code: 'part_out_of_range',
        details: { values: { partCount: 1 } },
      })
  })

  it('a part that does not hash as announced', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, 4)
    const sha256 = createHash('sha256').update('abcd').digest('hex')
    const damaged = receivePart(ctx, { uploadId, index: 0, sha256 }, Readable.from([Buffer.from('abce')]))
    await expect(damaged).rejects.toMatchObject({ code: 'blob_hash_mismatch' })
    expect(await ledger(uploadId)).toEqual([])
  })

  it('a part that breaks off in the middle; the whole one before it stays', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART)
    await send(ctx, uploadId, 0, Buffer.alloc(PART, 1))
    async function* breaking() {
      yield Buffer.alloc(PART / 2)
      throw new Error('connection lost')
    }
    await expect(receivePart(ctx, { uploadId, index: 0 }, breaking())).rejects.toThrow('connection lost')
    expect(await whole(ctx, uploadId)).toEqual(Buffer.alloc(PART, 1))
    expect(await ledger(uploadId)).toEqual([{ state: 'kept', isStored: true }])
  })

  it('somebody else’s upload, which is as unknown as one that never was', async () => {
    const owner = somebody()
    const { uploadId } = await announce(owner, 1)
    await send(owner, uploadId, 0, Buffer.alloc(1))
    const others = [operator('admin'), operator(), integrator('uploads:write'), job()]
    for (const ctx of others.map((actor) => makeCtx(services, actor))) {
      const attempts = [
        () => getUpload(ctx, { uploadId }),
        () => discardUpload(ctx, { uploadId }),
        () => send(ctx, uploadId, 0, Buffer.alloc(1, 9)),
        () => openUpload(ctx, uploadId, 'licenses'),
        () => inTransaction(ctx, (inner) => finishUpload(inner, uploadId)),
      ]
      for (const attempt of attempts)
        await expect(attempt()).rejects.toMatchObject({ code: 'upload_not_found' })
      expect((await listUploads(ctx, {})).items).toEqual([])
    }
    expect(await whole(owner, uploadId)).toEqual(Buffer.alloc(1))
    expect((await listUploads(owner, {})).items).toMatchObject([{ uploadId }])
  })

  it('callers who may write nothing', async () => {
    for (const actor of [operator('viewer'), integrator('licenses:write')])
      await expect(announce(makeCtx(services, actor), 1)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('files that are too large, for the server or for their purpose', async () => {
    const ctx = somebody()
    await expect(announce(ctx, 1024 ** 2 + 1)).rejects.toMatchObject({ code: 'upload_too_large' })
    const roomy = makeCtx(await makeServices(database), operator())
    const sizeBytes = 100 * 1024 ** 2
    const csv = createUpload(roomy, { fileName: 'a.csv', sizeBytes, purpose: 'terminals' })
    await expect(csv).rejects.toMatchObject({ code: 'upload_too_large' })
    const { uploadId } = await createUpload(roomy, { fileName: 'a.zip', sizeBytes })
    await expect(openUpload(roomy, uploadId, 'terminals')).rejects.toMatchObject({ code: 'upload_too_large' })
    for (const size of [-1, 1.5, Number.NaN])
      await expect(announce(ctx, size)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('more uploads, or more bytes, than a caller may have open; also where they come at once', async () => {
    const many = somebody()
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => announce(many, 1)))
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(5)
    await expect(announce(many, 1)).rejects.toMatchObject({ code: 'too_many_uploads' })
    const [open] = (await listUploads(many, {})).items
    await discardUpload(many, { uploadId: open?.uploadId ?? '' })
    await announce(many, 1)
    const large = somebody()
    await announce(large, 1024 ** 2)
    await announce(large, 1024 ** 2)
    await expect(announce(large, 1)).rejects.toMatchObject({ code: 'too_many_uploads' })
  })

  it('more parts of one upload at a time than are good for the server', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART)
    const leaving = new AbortController()
    async function* silent() {
      yield Buffer.alloc(1)
      await new Promise((_resolve, reject) =>
        leaving.signal.addEventListener('abort', () => reject(new Error('left'))),
      )
    }
    const open = Array.from({ length: 16 }, () => receivePart(ctx, { uploadId, index: 0 }, silent()))
    const settled = Promise.allSettled(open)
    await expect
      .poll(async () => (await ledger(uploadId)).filter((one) => one.state === 'coming').length)
      .toBe(16)
    await expect(send(ctx, uploadId, 0, Buffer.alloc(PART))).rejects.toMatchObject({
      code: 'too_many_parts_at_once',
    })
    leaving.abort()
    await settled
    await send(ctx, uploadId, 0, Buffer.alloc(PART))
  })
})

describe('what is left behind', () => {
  const sweep = () => uploadJobs[0]?.run(makeCtx(services, job()), jobRun())

  it('expires a day after its last part, for its owner too, and its blobs are removed', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, 2 * PART)
    nowMs += 23 * HOUR_MS
    await send(ctx, uploadId, 0, Buffer.alloc(PART))
    nowMs += 23 * HOUR_MS
    await sweep()
    expect((await getUpload(ctx, { uploadId })).receivedParts).toEqual([0])
    nowMs += 2 * HOUR_MS
    await expect(getUpload(ctx, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
    await expect(send(ctx, uploadId, 1, Buffer.alloc(PART))).rejects.toMatchObject({
      code: 'upload_not_found',
    })
    const [{ key } = { key: '' }] = await database.sql<{ key: string }[]>`
      select blob_key as key from upload_parts where upload_id = ${uploadId}`
    expect(await sweep()).toMatchObject({ expired: expect.any(Number), removed: expect.any(Number) })
    expect(await ledger(uploadId)).toEqual([])
    expect(await services.blobs.head(checkKey(key))).toBeUndefined()
  })

  it('by a server that died in the middle of a part is found by its row', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART)
    // The process is gone after its blob was stored: nothing more of it runs.
    const dying: BlobStore = Object.create(services.blobs, {
      put: {
        value: async (...args: Parameters<BlobStore['put']>) => {
          await services.blobs.put(...args)
          return new Promise(() => {})
        },
      },
    })
    void send({ ...ctx, blobs: dying }, uploadId, 0, Buffer.alloc(PART))
    await expect.poll(() => ledger(uploadId)).toEqual([{ state: 'coming', isStored: true }])
    await sweep()
    expect(await ledger(uploadId)).toHaveLength(1)
    nowMs += 3 * HOUR_MS
    await sweep()
    expect(await ledger(uploadId)).toEqual([])
  })

  it('by a part that was still coming when its upload was discarded goes with it', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART)
    let goOn = () => {}
    async function* slow() {
      yield Buffer.alloc(PART - 1)
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
      yield Buffer.alloc(1)
    }
    const coming = receivePart(ctx, { uploadId, index: 0 }, slow())
    await expect.poll(() => ledger(uploadId)).toHaveLength(1)
    await discardUpload(ctx, { uploadId })
    goOn()
    await expect(coming).rejects.toMatchObject({ code: 'upload_not_found' })
    expect(await ledger(uploadId)).toEqual([])
  })

  it('by a store that could not remove it stays listed until it can', async () => {
    const ctx = somebody()
    const { uploadId } = await announce(ctx, PART)
    await send(ctx, uploadId, 0, Buffer.alloc(PART))
    const stuck: BlobStore = Object.create(services.blobs, {
      delete: { value: () => Promise.reject(new Error('read-only')) },
    })
    await discardUpload({ ...ctx, blobs: stuck }, { uploadId })
    expect(await ledger(uploadId)).toEqual([{ state: 'ended', isStored: true }])
    await sweep()
    expect(await ledger(uploadId)).toEqual([])
  })
})

const missing = missingForS3()
describe.skipIf(missing !== undefined)('in S3', () => {
  let bucket: S3Settings
  beforeAll(async () => {
    bucket = await emptyBucket()
  }, 120_000)

  it('an upload is the same', async () => {
    const blobs = await openBlobStore({ kind: 's3', ...bucket })
    const ctx = somebody({ blobs })
    const bytes = randomBytes(2 * PART + 7)
    const { uploadId } = await announce(ctx, bytes.length)
    await send(ctx, uploadId, 0, Buffer.alloc(PART))
    await Promise.all([2, 1, 0].map((index) => send(ctx, uploadId, index, partOf(bytes, index))))
    await expect(send(ctx, uploadId, 2, Buffer.alloc(6))).rejects.toMatchObject({ code: 'part_wrong_size' })
    expect(await whole(ctx, uploadId)).toEqual(bytes)
    expect(await ledger(uploadId, blobs)).toEqual(Array(3).fill({ state: 'kept', isStored: true }))
    await discardUpload(ctx, { uploadId })
    expect(await ledger(uploadId, blobs)).toEqual([])
  })
})
