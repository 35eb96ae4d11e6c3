import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BlobKey, randomKey } from '../../../src/blobs/keys'
import { storesOf } from '../../../src/blobs/open'
import type { BlobStores } from '../../../src/blobs/placed'
import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { moveBlobs, settlePlace } from '../../../src/features/storage'
import { useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'

const database = useTestDatabase()
const keys: BlobKey[] = []
let ctx: Ctx
let folder: string
let stores: BlobStores

beforeAll(async () => {
  ctx = makeCtx(await makeServices(database), job())
  folder = path.join(ctx.settings.storage.directory, 'other')
  const files = { kind: 'fs', directory: path.join(ctx.settings.storage.directory, 'blobs') } as const
  // How blobs move does not depend on what the other store is.
  stores = storesOf({ files, s3: { kind: 'fs', directory: folder } })
  await ctx.sql`insert into blob_place (home, writes_to, changed_at) values ('files', 'files', now())`
  await settlePlace(ctx.sql, stores)
  for (let at = 0; at < 40; at++) {
    const key = randomKey('files')
    const { sha256 } = await ctx.blobs.put(key, bytesOf(key), { maxBytes: 1_000 })
    await ctx.sql`insert into stored_files (blob_key, state, content_id, size_bytes, sha256, state_at)
      values (${key}, 'kept', ${key}, ${key.length}, ${sha256}, now())`
    keys.push(key)
  }
})

async function* bytesOf(text: string) {
  yield Buffer.from(text)
}

const move = (tell: (step: string) => void = () => {}) =>
  moveBlobs(
    ctx,
    stores,
    {
      ...{ to: 's3', atOnce: 32, removeOld: false, forgetOld: false, leaveDamaged: false },
      ...{ isFolderShared: false, patience: { followMs: 1_000, drainMs: 1_000 } },
    },
    { step: tell, progress: () => {}, problem: () => {}, removal: () => {} },
  )

describe('blobs that are moved many at once', () => {
  it('wait for a call that was killed, with a word, and give no warning of a leak', async () => {
    const warnings: string[] = []
    const note = (warning: Error) => warnings.push(warning.name)
    process.on('warning', note)
    await ctx.sql`update blob_place set mover = ${newId()}, mover_until = now() + interval '1 second'`
    const steps: string[] = []
    await expect(move((step) => steps.push(step))).resolves.toMatchObject({ copied: 40, problemCount: 0 })
    await new Promise(setImmediate)
    process.off('warning', note)
    expect(warnings).toEqual([])
    expect(steps[0]).toMatch(/^waiting, for 60 s at most: .* killed less than a minute ago$/)
    for (const key of keys) {
      expect(existsSync(path.join(folder, key))).toBe(true)
      expect(readFileSync(path.join(folder, key), 'utf8')).toBe(key)
    }
  })

  it('say nothing of waiting where nobody else moves them', async () => {
    const steps: string[] = []
    await move((step) => steps.push(step))
    expect(steps.join()).not.toContain('at most')
  })
})
