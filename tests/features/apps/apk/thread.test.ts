import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readApk } from '../../../../src/features/apps/apk/read-apk'
import { readInThread } from '../../../../src/features/apps/apk/thread'
import { makeApk } from '../../../../src/tools/apk-maker/apk'
import { newSigner } from '../../../../src/tools/apk-maker/signing'
import { apkBomb, apkMutants } from '../../../support/apk-mutants'
import { png, rangesOf } from '../../../support/apk-parts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'psmanager-apk-'))
const program = path.join(folder, 'apk-reader.mjs')
/** A thread that never comes to an end by itself. */
const endless = path.join(folder, 'endless.mjs')
/** A thread that wants ever more memory. */
const greedy = path.join(folder, 'greedy.mjs')

beforeAll(async () => {
  await build({
    entryPoints: ['src/tools/apk-reader/main.ts'],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
  writeFileSync(endless, 'for (;;) {}')
  writeFileSync(greedy, 'const all = []; for (;;) all.push(new Array(10000).fill({}))')
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const signer = newSigner('maker')
const icon = [{ path: 'res/ic.png', density: 160, bytes: png(96, 2000) }]
const more = [{ path: 'assets/film', bytes: Buffer.alloc(3_000_000, 'film'), isStored: true }]
const good = makeApk({ icon, more }, signer)

describe('the thread that reads APKs', () => {
  it('finds what is found without it', async () => {
    expect(await readInThread(program, rangesOf(good))).toEqual(await readApk(rangesOf(good)))
  })

  it('gives the same reasons', async () => {
    for (const { bytes, why } of apkMutants().filter((one, at) => one.why !== undefined && at % 8 === 0))
      await expect(readInThread(program, rangesOf(bytes))).rejects.toMatchObject({
        code: 'apk_refused',
        details: { values: { why } },
      })
  })

  it('reads a source whose ranges are parts of something larger', async () => {
    const all = Buffer.concat([Buffer.alloc(5_000_000), good])
    const source = {
      sizeBytes: good.length,
      read: async (start: number, lengthBytes: number) =>
        all.subarray(5_000_000 + start, 5_000_000 + start + lengthBytes),
    }
    expect(await readInThread(program, source)).toMatchObject({ packageName: 'com.example.loyalty' })
    expect(all.length).toBe(5_000_000 + good.length)
  })

  it('lets failures of the source out as they are', async () => {
    const failed = new Error('the store is gone')
    const source = { sizeBytes: good.length, read: () => Promise.reject(failed) }
    await expect(readInThread(program, source)).rejects.toBe(failed)
  })

  it('is ended where it takes too long, and its time does not run while the source is slow', async () => {
    const slow = { ...rangesOf(good) }
    const read = slow.read
    slow.read = async (start, lengthBytes) => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return read(start, lengthBytes)
    }
    await expect(readInThread(program, slow, { limitMs: 1500 })).resolves.toMatchObject({ versionCode: 41 })
    await expect(readInThread(endless, rangesOf(good), { limitMs: 100 })).rejects.toMatchObject({
      details: { values: { why: 'too_slow' } },
    })
  })

  it.skipIf('deno' in process.versions)(
    'is ended where it takes too much memory',
    async () => {
      await expect(readInThread(greedy, rangesOf(good))).rejects.toMatchObject({
        details: { values: { why: 'too_much_memory' } },
      })
    },
    60_000,
  )

  it('is given up by its signal, with its reason', async () => {
    const reason = new Error('the operator has left')
    await expect(readInThread(endless, rangesOf(good), { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
    const later = new AbortController()
    const reading = readInThread(endless, rangesOf(good), { signal: later.signal })
    setTimeout(() => later.abort(reason), 50)
    await expect(reading).rejects.toBe(reason)
  })

  it('unpacks a bomb piece by piece', async () => {
    const bomb = apkBomb(100 * 1024 * 1024)
    expect(bomb.length).toBeLessThan(200_000)
    const before = process.memoryUsage().rss
    expect(await readInThread(program, rangesOf(bomb))).toMatchObject({ signature: { scheme: 'v1' } })
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
  })
})
