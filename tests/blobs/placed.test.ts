import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { BlobStore, MarkedStore, StoreKind } from '../../src/blobs/blob-store'
import { randomKey } from '../../src/blobs/keys'
import { openBlobStore, storesOf } from '../../src/blobs/open'
import { type BlobPlace, type BlobStores, PlacedStore } from '../../src/blobs/placed'
import { describeBlobStore } from './contract'
import { chunksOf, collect, MIB, noise, stallingStream } from './sources'

const scratch = mkdtempSync(path.join(os.tmpdir(), 'psm-test-placed-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let folders = 0
/** Two folders: which of them is called s3 makes no difference to who chooses between them. */
async function twoStores(): Promise<{ stores: BlobStores; inner: Record<StoreKind, MarkedStore> }> {
  const at = path.join(scratch, String(++folders))
  const [files, s3] = await Promise.all(
    ['files', 's3'].map((name) => openBlobStore({ kind: 'fs', directory: path.join(at, name) })),
  )
  const inner = { files: files as MarkedStore, s3: s3 as MarkedStore }
  return { inner, stores: { kinds: ['files', 's3'], open: async (kind) => inner[kind] } }
}

const PLACES: Record<string, BlobPlace> = {
  'before anything is moved': { home: 'files', other: null, writesTo: 'files', epoch: 1 },
  'while servers begin to look into both': { home: 'files', other: 's3', writesTo: 'files', epoch: 2 },
  'while they are moved': { home: 'files', other: 's3', writesTo: 's3', epoch: 3 },
  'after they were moved': { home: 's3', other: 'files', writesTo: 's3', epoch: 4 },
}
const at = (name: keyof typeof PLACES) => PLACES[name] as BlobPlace

const ROOMY = { maxBytes: 64 * MIB }

describe.each(Object.entries(PLACES))('the store %s', (_, place) => {
  let store: BlobStore
  describeBlobStore({
    open: async () => {
      store = new PlacedStore((await twoStores()).stores, () => place)
      return store
    },
    isExclusive: true,
    propertyRuns: 5,
  })
})

describe('a blob', () => {
  let stores: BlobStores
  let inner: Record<StoreKind, MarkedStore>
  let place: BlobPlace
  let store: PlacedStore
  beforeEach(async () => {
    ;({ stores, inner } = await twoStores())
    place = at('while they are moved')
    store = new PlacedStore(stores, () => place)
  })

  const bytes = noise(1_000, 9)
  const read = async (key: ReturnType<typeof randomKey>) => collect((await store.open(key)).stream)

  it.each(['files', 's3'] as const)('is found in %s, whichever is asked first', async (kind) => {
    const key = randomKey('files')
    await inner[kind].put(key, chunksOf(bytes), ROOMY)
    for (const name of Object.keys(PLACES).slice(1)) {
      place = at(name)
      expect((await read(key)).equals(bytes)).toBe(true)
      expect(await store.head(key)).toEqual({ sizeBytes: 1_000 })
      const file = await store.openFile(key)
      expect(file === undefined).toBe(kind === 's3')
      await file?.close()
    }
  })

  it('comes into the store that is written to', async () => {
    for (const [name, place_] of Object.entries(PLACES)) {
      place = place_
      const key = randomKey('files')
      await store.put(key, chunksOf(bytes), ROOMY)
      const { key: content } = await store.putContent(chunksOf(noise(500, name.length)), ROOMY)
      for (const one of [key, content]) {
        expect(await inner[place.writesTo].head(one)).toBeDefined()
        expect(await inner[place.writesTo === 's3' ? 'files' : 's3'].head(one)).toBeUndefined()
      }
    }
  })

  it('is deleted wherever it is', async () => {
    const key = randomKey('keys')
    for (const kind of stores.kinds) await inner[kind].put(key, chunksOf(bytes), ROOMY)
    await store.delete(key)
    for (const kind of stores.kinds) expect(await inner[kind].head(key)).toBeUndefined()
  })

  it('has an address only once it is where addresses lead', async () => {
    const key = randomKey('files')
    const s3 = {
      ...inner.s3,
      head: (one: typeof key) => inner.s3.head(one),
      addressOf: async () => 'http://s3/it',
    }
    store = new PlacedStore(
      { kinds: stores.kinds, open: async (kind) => (kind === 's3' ? (s3 as never) : inner.files) },
      () => place,
    )
    await inner.files.put(key, chunksOf(bytes), ROOMY)
    expect(await store.addressOf(key, 60)).toBeUndefined()
    await inner.s3.put(key, chunksOf(bytes), ROOMY)
    expect(await store.addressOf(key, 60)).toBe('http://s3/it')
    place = at('before anything is moved')
    expect(await store.addressOf(key, 60)).toBeUndefined()
  })

  it('that is still being stored is told by the epoch in which that began', async () => {
    const caller = new AbortController()
    place = at('while servers begin to look into both')
    const put = store.put(randomKey('files'), stallingStream(bytes), { ...ROOMY, signal: caller.signal })
    place = at('while they are moved')
    expect(store.drainedEpoch()).toBe(2)
    caller.abort(new Error('gone'))
    await expect(put).rejects.toThrow('gone')
    expect(store.drainedEpoch()).toBe(3)
  })

  it('is not looked for in a store that the settings do not name, and a store they lack is told', async () => {
    const files = storesOf({ files: { kind: 'fs', directory: path.join(scratch, 'alone') } })
    store = new PlacedStore(files, () => ({ home: 'files', other: 's3', writesTo: 'files', epoch: 1 }))
    const key = randomKey('files')
    await expect(store.open(key)).rejects.toMatchObject({ code: 'blob_not_found' })
    await store.check()
    place = at('after they were moved')
    store = new PlacedStore(files, () => place)
    const source = stallingStream(bytes)
    await expect(store.put(key, source, ROOMY)).rejects.toMatchObject({ code: 'blob_store_not_configured' })
    expect(source.destroyed).toBe(true)
  })
})
