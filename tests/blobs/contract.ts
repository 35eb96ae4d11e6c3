import { once } from 'node:events'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BlobStore, ListedBlob } from '../../src/blobs/blob-store'
import { type BlobKey, contentKey, randomKey } from '../../src/blobs/keys'
import { failure } from '../../src/core/errors'
import {
  breakingAfter,
  chunksOf,
  collect,
  KINDS_OF_SOURCE,
  LARGE_BYTES,
  MIB,
  noise,
  sha256,
  stallingStream,
  stallingWebStream,
} from './sources'

export interface StoreUnderTest {
  open(): Promise<BlobStore>
  /** Whether of several puts under one key at the same time exactly one succeeds. */
  isExclusive: boolean
  /** How many random cases each property is tried with. */
  propertyRuns: number
}

const LARGE = noise(LARGE_BYTES)
const SMALL = noise(1_000, 7)
const ROOMY = { maxBytes: 64 * MIB }

/** What every driver of the blob store keeps to. */
export function describeBlobStore({ open, isExclusive, propertyRuns }: StoreUnderTest): void {
  let store: BlobStore
  beforeAll(async () => {
    store = await open()
  })

  const read = async (key: BlobKey, part?: { start?: number; endInclusive?: number }) =>
    collect((await store.open(key, part)).stream)

  /** Nothing under the key and nothing on its way: not a file, an object, or a part of one. */
  const expectNothingLeft = async (key: BlobKey) => {
    expect(await store.head(key)).toBeUndefined()
    expect(await store.sweepIncoming(0)).toBe(0)
  }

  describe('what is put in', () => {
    for (const [kind, sourceOf] of Object.entries(KINDS_OF_SOURCE)) {
      it(`comes out byte by byte, counted and hashed on the way, from ${kind}`, async () => {
        for (const bytes of [SMALL, LARGE]) {
          const key = randomKey('contract')
          const stored = await store.put(key, sourceOf(bytes), ROOMY)
          expect(stored).toEqual({ key, sha256: sha256(bytes), sizeBytes: bytes.length, created: true })
          expect(await store.head(key)).toEqual({ sizeBytes: bytes.length })
          expect((await read(key)).equals(bytes)).toBe(true)
        }
        expect(await store.sweepIncoming(0)).toBe(0)
      })
    }

    it('may be empty', async () => {
      const key = randomKey('contract')
      expect(await store.put(key, chunksOf(Buffer.alloc(0)), { maxBytes: 0 })).toMatchObject({ sizeBytes: 0 })
      expect(await store.head(key)).toEqual({ sizeBytes: 0 })
      const { stream, ...rest } = await store.open(key)
      expect(rest).toEqual({ sizeBytes: 0, start: 0, endInclusive: -1 })
      expect(await collect(stream)).toHaveLength(0)
    })

    it('is the same however it was cut into chunks, empty ones too', async () => {
      const cuts = fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(cuts, async (sizes) => {
          const bytes = noise(sizes.reduce((sum, size) => sum + size, 0))
          const pieces = sizes.map((size, index) => {
            const at = sizes.slice(0, index).reduce((sum, before) => sum + before, 0)
            return bytes.subarray(at, at + size)
          })
          const key = randomKey('contract')
          const stored = await store.put(key, Readable.from(pieces), ROOMY)
          expect(stored.sha256).toBe(sha256(bytes))
          expect((await read(key)).equals(bytes)).toBe(true)
        }),
        { numRuns: propertyRuns },
      )
    })

    it('may be exactly as large as allowed and must hash to what was announced', async () => {
      const options = { maxBytes: SMALL.length, sha256: sha256(SMALL) }
      const stored = await store.put(randomKey('contract'), chunksOf(SMALL), options)
      expect(stored.sizeBytes).toBe(SMALL.length)
    })
  })

  describe('a key that is taken', () => {
    it('is refused, the first content stays and the source is let go', async () => {
      const key = randomKey('contract')
      await store.put(key, chunksOf(SMALL), ROOMY)
      const source = Readable.from(chunksOf(LARGE))
      await expect(store.put(key, source, ROOMY)).rejects.toMatchObject({ code: 'blob_exists' })
      expect(source.destroyed).toBe(true)
      expect((await read(key)).equals(SMALL)).toBe(true)
      expect(await store.sweepIncoming(0)).toBe(0)
    })

    it.runIf(isExclusive)('goes to exactly one of many who come at once', async () => {
      const key = randomKey('contract')
      const bodies = Array.from({ length: 8 }, (_, seed) => noise(MIB, seed + 1))
      const results = await Promise.allSettled(bodies.map((body) => store.put(key, chunksOf(body), ROOMY)))
      const winners = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const losers = results.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
      expect(losers).toEqual(Array(7).fill('blob_exists'))
      expect(sha256(await read(key))).toBe(winners[0]?.sha256)
      expect(await store.sweepIncoming(0)).toBe(0)
    })

    it('is read as a file, where the store is on this machine', async () => {
      const key = randomKey('contract')
      await store.put(key, chunksOf(LARGE), ROOMY)
      const file = await store.openFile(key)
      if (file === undefined) return
      const target = Buffer.alloc(LARGE.length)
      expect([file.sizeBytes, await file.read(target, LARGE.length - 10)]).toEqual([LARGE.length, 10])
      expect(target.subarray(0, 10).equals(LARGE.subarray(-10))).toBe(true)
      expect(await file.read(target, LARGE.length)).toBe(0)
      await file.close()
      await expect(store.openFile(randomKey('contract'))).rejects.toMatchObject({ code: 'blob_not_found' })
    })

    it('has an address for whoever is given it, where the store has any', async () => {
      const key = randomKey('files')
      await store.put(key, chunksOf(LARGE), ROOMY)
      const address = await store.addressOf(key, 60)
      for (const room of ['keys', 'eslips', 'ecr-logs', 'upload-parts'])
        expect(await store.addressOf(randomKey(room), 60)).toBeUndefined()
      expect(await store.addressOf(contentKey(sha256(SMALL)), 60)).toBeUndefined()
      if (address === undefined) return
      const response = await fetch(address, { headers: { Range: 'bytes=5-' } })
      expect(response.status).toBe(206)
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      expect(response.headers.get('content-disposition')).toBe('attachment')
      expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(LARGE.subarray(5)))
      expect((await fetch(address.replace(/Signature=...../, 'Signature=00000'))).status).toBe(403)
    })

    it('is listed as long as it is there, and what is still coming is not', async () => {
      const [stays, goes] = [randomKey('contract'), randomKey('contract')]
      for (const key of [stays, goes]) await store.put(key, chunksOf(SMALL), ROOMY)
      await store.delete(goes)
      const { key: byContent } = await store.putContent(chunksOf(noise(70_000, 3)), ROOMY)
      const coming = new AbortController()
      const put = store.put(randomKey('contract'), stallingStream(LARGE), { ...ROOMY, signal: coming.signal })
      const before = Date.now()
      const listed = new Map<string, ListedBlob>()
      for await (const one of store.list()) listed.set(one.key, one)
      coming.abort(new Error('enough seen'))
      await expect(put).rejects.toThrow('enough seen')
      expect([stays, goes, byContent].map((key) => listed.get(key)?.sizeBytes)).toEqual([
        1_000,
        undefined,
        70_000,
      ])
      const times = [...listed.values()].map(({ storedAt }) => storedAt.getTime())
      expect(times.filter((at) => Math.abs(at - before) > 600_000)).toEqual([])
      expect([...listed.keys()].filter((name) => name.startsWith('incoming/'))).toEqual([])
    })

    it('is free again after a delete, and deleting nothing is fine', async () => {
      const key = randomKey('contract')
      await store.delete(key)
      await store.put(key, chunksOf(SMALL), ROOMY)
      await store.delete(key)
      await store.delete(key)
      await expectNothingLeft(key)
      await expect(store.open(key)).rejects.toMatchObject({ code: 'blob_not_found' })
      await store.put(key, chunksOf(LARGE), ROOMY)
      expect(await store.head(key)).toEqual({ sizeBytes: LARGE.length })
    })
  })

  describe('a put that is refused leaves nothing behind', () => {
    for (const [size, bytes] of [
      ['small', SMALL],
      ['large', LARGE],
    ] as const) {
      it(`when ${size} content is one byte too large`, async () => {
        const key = randomKey('contract')
        const source = Readable.from(chunksOf(bytes))
        await expect(store.put(key, source, { maxBytes: bytes.length - 1 })).rejects.toMatchObject({
          code: 'blob_too_large',
        })
        expect(source.destroyed).toBe(true)
        await expectNothingLeft(key)
      })

      it(`when ${size} content has another hash than announced`, async () => {
        const key = randomKey('contract')
        const options = { ...ROOMY, sha256: sha256(Buffer.from('something else')) }
        await expect(store.put(key, chunksOf(bytes), options)).rejects.toMatchObject({
          code: 'blob_hash_mismatch',
        })
        await expect(store.putContent(chunksOf(bytes), options)).rejects.toMatchObject({
          code: 'blob_hash_mismatch',
        })
        await expectNothingLeft(key)
        expect(await store.head(contentKey(options.sha256))).toBeUndefined()
      })

      it(`when the source breaks after ${size} content, and its own error comes out`, async () => {
        const key = randomKey('contract')
        const broken = new Error('the line went dead')
        await expect(store.put(key, breakingAfter(bytes, broken), ROOMY)).rejects.toBe(broken)
        const refused = failure('unprocessable', 'not_a_package', 'A refusal of the reader before us.')()
        await expect(store.put(key, breakingAfter(bytes, refused), ROOMY)).rejects.toBe(refused)
        await expectNothingLeft(key)
      })

      it(`when the source falls silent after ${size} content; it is let go`, async () => {
        const key = randomKey('contract')
        const options = { ...ROOMY, idleMs: 300 }
        const source = stallingStream(bytes)
        await expect(store.put(key, source, options)).rejects.toMatchObject({ code: 'blob_source_stalled' })
        expect(source.destroyed).toBe(true)
        const { stream, cancelled } = stallingWebStream(bytes)
        await expect(store.putContent(stream, options)).rejects.toMatchObject({ code: 'blob_source_stalled' })
        expect(await cancelled).toMatchObject({ code: 'blob_source_stalled' })
        await expectNothingLeft(key)
      })

      it(`when the caller gives up while the source is silent after ${size} content`, async () => {
        const key = randomKey('contract')
        const caller = new AbortController()
        const source = stallingStream(bytes)
        const put = store.put(key, source, { ...ROOMY, signal: caller.signal })
        setTimeout(() => caller.abort(new Error('shutting down')), 200)
        await expect(put).rejects.toThrow('shutting down')
        expect(source.destroyed).toBe(true)
        await expectNothingLeft(key)
      })
    }

    it('when the caller gives up while bytes are flowing', async () => {
      const key = randomKey('contract')
      const caller = new AbortController()
      async function* endless() {
        for (let sent = 0; ; sent++) {
          if (sent === 12) caller.abort(new Error('enough'))
          yield LARGE.subarray(0, MIB)
        }
      }
      await expect(store.put(key, endless(), { ...ROOMY, signal: caller.signal })).rejects.toThrow('enough')
      await expectNothingLeft(key)
    })

    it('when the caller had given up before', async () => {
      const key = randomKey('contract')
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(store.put(key, chunksOf(SMALL), { ...ROOMY, signal })).rejects.toThrow('too late')
      await expectNothingLeft(key)
    })

    it('when the source is broken before its first byte is read', async () => {
      const key = randomKey('contract')
      const source = new Readable({ read() {} })
      const put = store.put(key, source, ROOMY)
      source.destroy(new Error('gone already'))
      await expect(put).rejects.toThrow('gone already')
      await expectNothingLeft(key)
    })

    it('when the source yields something that is not bytes', async () => {
      const key = randomKey('contract')
      const text = Readable.from(['not', 'bytes'])
      await expect(store.put(key, text, { maxBytes: 1 })).rejects.toBeInstanceOf(TypeError)
      await expectNothingLeft(key)
    })

    it('but does not close the connection of who asked that it stay open', async () => {
      const request = Readable.from(chunksOf(LARGE))
      const source: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false })
      await expect(store.put(randomKey('contract'), source, { maxBytes: 1 })).rejects.toMatchObject({
        code: 'blob_too_large',
      })
      expect(request.destroyed).toBe(false)
      request.destroy()
    })
  })

  describe('content that is kept by its hash', () => {
    it('is one blob however often it comes', async () => {
      for (const bytes of [noise(5_000, 11), noise(LARGE_BYTES, 12)]) {
        const key = contentKey(sha256(bytes))
        const first = await store.putContent(chunksOf(bytes), ROOMY)
        expect(first).toEqual({ key, sha256: sha256(bytes), sizeBytes: bytes.length, created: true })
        const second = await store.putContent(chunksOf(bytes, 1_000_003), ROOMY)
        expect(second).toEqual({ ...first, created: false })
        expect((await read(key)).equals(bytes)).toBe(true)
      }
      expect(await store.sweepIncoming(0)).toBe(0)
    })

    it('is one blob when many bring it at once', async () => {
      const bytes = noise(300_000, 13)
      const stored = await Promise.all(
        Array.from({ length: 8 }, () => store.putContent(chunksOf(bytes), ROOMY)),
      )
      expect(new Set(stored.map((one) => one.key))).toEqual(new Set([contentKey(sha256(bytes))]))
      const created = stored.filter((one) => one.created).length
      if (isExclusive) expect(created).toBe(1)
      else expect(created).toBeGreaterThan(0)
      expect((await read(contentKey(sha256(bytes)))).equals(bytes)).toBe(true)
      expect(await store.sweepIncoming(0)).toBe(0)
    })

    it('may be empty too', async () => {
      const stored = await store.putContent(chunksOf(Buffer.alloc(0)), ROOMY)
      expect(stored.key).toBe(contentKey(sha256(Buffer.alloc(0))))
      expect(await read(stored.key)).toHaveLength(0)
    })
  })

  describe('a part of a blob', () => {
    it('is what Buffer.subarray says, whatever the part', async () => {
      const bytes = noise(300_000, 21)
      const { key } = await store.putContent(chunksOf(bytes), ROOMY)
      const at = fc.integer({ min: 0, max: bytes.length - 1 })
      await fc.assert(
        fc.asyncProperty(at, fc.integer({ min: 0, max: bytes.length * 2 }), async (start, lengthBytes) => {
          const endInclusive = start + lengthBytes
          const { stream, ...rest } = await store.open(key, { start, endInclusive })
          const expected = bytes.subarray(start, endInclusive + 1)
          expect(rest).toEqual({ sizeBytes: bytes.length, start, endInclusive: start + expected.length - 1 })
          expect((await collect(stream)).equals(expected)).toBe(true)
        }),
        { numRuns: propertyRuns },
      )
      expect((await read(key, { start: 299_990 })).equals(bytes.subarray(299_990))).toBe(true)
      expect((await read(key, { endInclusive: 9 })).equals(bytes.subarray(0, 10))).toBe(true)
    })

    it('across the parts it was uploaded in is right as well', async () => {
      const { key } = await store.putContent(chunksOf(LARGE), ROOMY)
      for (const middle of [8 * MIB, 16 * MIB]) {
        const part = await read(key, { start: middle - 5, endInclusive: middle + 4 })
        expect(part.equals(LARGE.subarray(middle - 5, middle + 5))).toBe(true)
      }
    })

    it('is refused outside the blob, and the refusal names the size', async () => {
      const { key } = await store.putContent(chunksOf(SMALL), ROOMY)
      const outside = [
        { start: 1_000 },
        { start: -1 },
        { start: 5, endInclusive: 4 },
        { start: 0.5 },
        { start: Number.NaN },
      ]
      for (const part of outside)
        await expect(store.open(key, part)).rejects.toMatchObject({
          code: 'blob_range',
          details: { values: { sizeBytes: 1_000 } },
        })
      const empty = randomKey('contract')
      await store.put(empty, chunksOf(Buffer.alloc(0)), ROOMY)
      await expect(store.open(empty, { start: 1 })).rejects.toMatchObject({ code: 'blob_range' })
    })
  })

  describe('a reader', () => {
    it('gets all of it though the blob is deleted meanwhile', async () => {
      const key = randomKey('contract')
      await store.put(key, chunksOf(LARGE), ROOMY)
      const { stream } = await store.open(key)
      await store.delete(key)
      expect((await collect(stream)).equals(LARGE)).toBe(true)
    })

    it('learns that there is no such blob', async () => {
      await expect(store.open(randomKey('contract'))).rejects.toMatchObject({ code: 'blob_not_found' })
      expect(await store.head(randomKey('contract'))).toBeUndefined()
    })

    it('may go away in the middle, or be sent away', async () => {
      const { key } = await store.putContent(chunksOf(LARGE), ROOMY)
      const { stream } = await store.open(key)
      await once(stream, 'readable')
      stream.destroy()
      await once(stream, 'close')
      const leaving = new AbortController()
      const opened = await store.open(key, { signal: leaving.signal })
      const reading = collect(opened.stream)
      leaving.abort()
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
      await expect(
        store.open(key, { signal: AbortSignal.abort() }).then(({ stream }) => collect(stream)),
      ).rejects.toMatchObject({ name: 'AbortError' })
    })
  })

  it('touches nothing but keys of its own making', async () => {
    const names = [
      '',
      'a',
      '../../etc/passwd',
      'contract/../../x',
      '/etc/passwd',
      'incoming/x',
      'contract\\x',
    ]
    const id = randomKey('contract').slice('contract/ab/'.length)
    names.push(`incoming/${id.slice(0, 2)}/${id}`, `Contract/${id.slice(0, 2)}/${id}`, `contract/zz/${id}`)
    names.push(`sha256/00/00/${'f'.repeat(64)}`, `${randomKey('contract')}\n`, `${randomKey('contract')}/x`)
    const refused = { code: 'blob_bad_key' }
    for (const name of names as BlobKey[]) {
      await expect(store.put(name, chunksOf(SMALL), ROOMY), name).rejects.toMatchObject(refused)
      await expect(store.open(name), name).rejects.toMatchObject(refused)
      await expect(store.head(name), name).rejects.toMatchObject(refused)
      await expect(store.delete(name), name).rejects.toMatchObject(refused)
    }
  })

  it('says that it works, and its janitor leaves named blobs alone', async () => {
    await store.check()
    const { key } = await store.putContent(chunksOf(SMALL), ROOMY)
    await store.sweepIncoming(0)
    expect(await store.head(key)).toEqual({ sizeBytes: SMALL.length })
  })
}
