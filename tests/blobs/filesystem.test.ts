import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { checkKey, contentKey, randomKey } from '../../src/blobs/keys'
import { openBlobStore } from '../../src/blobs/open'
import { describeBlobStore } from './contract'
import { buildWriter, killWriter } from './killed'
import { chunksOf, collect, MIB, noise, sha256 } from './sources'

const scratch = mkdtempSync(path.join(os.tmpdir(), 'psm-test-blobs-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let stores = 0
function newDirectory(): string {
  return path.join(scratch, `a store ${++stores}`, 'blobs')
}

const openFiles = (directory: string) => openBlobStore({ kind: 'fs', directory })
const incomingOf = (directory: string) => readdirSync(path.join(directory, 'incoming'))

describe('the file store', () => {
  describeBlobStore({ open: () => openFiles(newDirectory()), isExclusive: true, propertyRuns: 100 })

  it('finds its blobs again when it is opened again', async () => {
    const directory = newDirectory()
    const { key } = await (await openFiles(directory)).putContent(chunksOf(noise(1_000)), { maxBytes: MIB })
    expect(await (await openFiles(directory)).head(key)).toEqual({ sizeBytes: 1_000 })
  })

  it('answers only when the bytes, then the name and every folder above it are on the disk', async () => {
    const directory = newDirectory()
    const store = await openFiles(directory)
    const bytes = noise(1_000)
    const file = path.join(directory, contentKey(sha256(bytes)))
    const synced = await recordSyncs(() => store.putContent(chunksOf(bytes), { maxBytes: MIB }), file)
    const folders = [1, 2, 3, 4].map((up) => path.resolve(file, ...Array(up).fill('..')))
    expect(synced[0]).toMatchObject({ isNamed: false })
    expect(synced[0]?.what).toContain('/incoming/')
    expect(synced.slice(1)).toEqual(folders.map((what) => ({ what, isNamed: true })))
    expect(folders.at(-1)).toBe(directory)
    const again = await recordSyncs(() => store.putContent(chunksOf(bytes), { maxBytes: MIB }), file)
    expect(again.slice(1)).toEqual(folders.map((what) => ({ what, isNamed: true })))
    const deleted = await recordSyncs(() => store.delete(contentKey(sha256(bytes))), file)
    expect(deleted).toEqual([{ what: folders[0], isNamed: false }])
  })

  it('keeps no file open when its readers went away', async () => {
    const directory = newDirectory()
    const store = await openFiles(directory)
    const { key } = await store.putContent(chunksOf(noise(5 * MIB)), { maxBytes: 5 * MIB })
    for (let reader = 0; reader < 20; reader++) {
      const { stream } = await store.open(key, { start: reader })
      if (reader % 2 === 0) await once(stream, 'readable')
      stream.destroy()
      await once(stream, 'close')
    }
    await store.open(key, { start: 6 * MIB }).catch(() => {})
    expect(openFilesBelow(directory)).toEqual([])
  })

  it('sweeps only what is old enough', async () => {
    const directory = newDirectory()
    const store = await openFiles(directory)
    const hourAgo = Date.now() / 1_000 - 3_600
    for (const name of ['old', 'young']) writeFileSync(path.join(directory, 'incoming', name), 'half a blob')
    utimesSync(path.join(directory, 'incoming', 'old'), hourAgo, hourAgo)
    expect(await store.sweepIncoming(1_800_000)).toBe(1)
    expect(incomingOf(directory)).toEqual(['young'])
  })

  it('says in one clear refusal that its folder is not there or cannot be one', async () => {
    const directory = newDirectory()
    const store = await openFiles(directory)
    rmSync(directory, { recursive: true })
    await expect(store.check()).rejects.toMatchObject({ code: 'blob_store_unreachable' })
    mkdirSync(path.dirname(directory), { recursive: true })
    writeFileSync(directory, 'a file where the folder should be')
    await expect(openFiles(directory)).rejects.toMatchObject({ code: 'blob_store_unreachable' })
  })

  it('lets the source go when it cannot write', async () => {
    const directory = newDirectory()
    const store = await openFiles(directory)
    rmSync(directory, { recursive: true })
    const source = chunksOf(noise(MIB))
    await expect(store.put(randomKey('lost'), source, { maxBytes: MIB })).rejects.toMatchObject({
      code: 'blob_store_failed',
      kind: 'unavailable',
    })
    expect(await source.next()).toEqual({ done: true, value: undefined })
  })
})

describe('a server killed in the middle of a put', () => {
  it('leaves nothing under the key, and the janitor takes the torso away', async () => {
    const directory = newDirectory()
    // The program lies where no package can be found: a file store never loads the S3 library.
    const program = await buildWriter(scratch)
    const key = randomKey('half')
    expect(await killWriter(program, { kind: 'fs', directory }, { mode: 'half', key, lines: 1 })).toEqual([
      'half',
    ])
    const store = await openFiles(directory)
    expect(await store.head(key)).toBeUndefined()
    expect(incomingOf(directory)).toHaveLength(1)
    expect(await store.sweepIncoming(3_600_000)).toBe(0)
    expect(await store.sweepIncoming(0)).toBe(1)
    expect(incomingOf(directory)).toEqual([])
  })

  it('has kept every blob it answered for, whole', async () => {
    const directory = newDirectory()
    const program = await buildWriter(scratch)
    const answered = await killWriter(program, { kind: 'fs', directory }, { mode: 'many', lines: 150 })
    expect(answered.length).toBeGreaterThanOrEqual(150)
    const store = await openFiles(directory)
    for (const line of answered) {
      const [key, hash] = line.split(' ') as [string, string]
      expect(sha256(await collect((await store.open(checkKey(key))).stream))).toBe(hash)
    }
  })
})

/** What work puts on the disk, in order, and whether this file had its name by then. */
async function recordSyncs(
  work: () => Promise<unknown>,
  file: string,
): Promise<{ what: string; isNamed: boolean }[]> {
  const any = await open(scratch)
  const prototype = Object.getPrototypeOf(any) as { sync(this: { fd: number }): Promise<void> }
  await any.close()
  const original = prototype.sync
  const synced: { what: string; isNamed: boolean }[] = []
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(function (this: { fd: number }) {
    synced.push({ what: readlinkSync(`/proc/self/fd/${this.fd}`), isNamed: existsSync(file) })
    return original.call(this)
  })
  await work()
  spy.mockRestore()
  return synced
}

/** Files of this directory that this process holds open. */
function openFilesBelow(directory: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`)
      return file.startsWith(directory) ? [file] : []
    } catch {
      return []
    }
  })
}
