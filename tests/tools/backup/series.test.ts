import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BlobStore } from '../../../src/blobs/blob-store'
import { randomKey } from '../../../src/blobs/keys'
import type { Ctx } from '../../../src/core/context'
import { registerTerminal } from '../../../src/features/terminals'
import { makeBackup } from '../../../src/tools/psm/backup/make'
import { Progress } from '../../../src/tools/psm/backup/progress'
import { type TestDatabase, useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'

const ours = useTestDatabase()
const theirs = useTestDatabase()
const root = mkdtempSync(path.join(os.tmpdir(), 'psm-test-series-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const quiet = new Progress(() => {})
const FILES = 20
let [me, them]: Ctx[] = []
let series: string
let folders = 0

async function install(database: TestDatabase, serial: string): Promise<Ctx> {
  const ctx = makeCtx(await makeServices(database), job())
  await registerTerminal(ctx, { serial, platform: 'other' })
  return ctx
}

beforeAll(async () => {
  me = await install(ours, 'OURS-1')
  them = await install(theirs, 'THEIRS-1')
  for (let at = 0; at < FILES; at++) {
    const key = randomKey('files')
    await me.blobs.put(key, Readable.from([Buffer.from(key)]), { maxBytes: 100 })
    await ours.sql`insert into stored_files (blob_key, state, content_id, size_bytes, state_at)
      values (${key}, 'kept', ${key}, 44, now())`
  }
})
beforeEach(() => {
  series = path.join(root, String(++folders))
})

const backUp = (more: Partial<Ctx> = {}, progress = quiet) =>
  makeBackup({ ...(me as Ctx), ...more }, ours.owner, series, progress)
const backUpTheirs = () => makeBackup(them as Ctx, theirs.owner, series, quiet)
const partials = () => readdirSync(series).filter((name) => name.endsWith('.partial'))

/** A store that fails with its nth file. */
function failingAt(most: number): BlobStore {
  let reads = 0
  const { blobs } = me as Ctx
  return new Proxy(blobs, {
    get(store, name) {
      const value: unknown = Reflect.get(store, name)
      if (typeof value !== 'function') return value
      return async (...given: unknown[]) => {
        if (name === 'open' && ++reads > most) throw new Error('the power fails')
        return value.apply(store, given)
      }
    },
  })
}

describe('a folder of backups', { timeout: 60_000 }, () => {
  it('belongs to one installation: another one is refused, and touches nothing', async () => {
    await expect(backUp({ blobs: failingAt(9) })).rejects.toThrow('the power fails')
    const before = readdirSync(series, { recursive: true })
    await expect(backUpTheirs()).rejects.toMatchObject({
      code: 'folder_not_fit',
      message: expect.stringMatching(/another installation.*folder of its own/),
    })
    expect(readdirSync(series, { recursive: true })).toEqual(before)
    await backUp()
  })

  it('of backups made before folders said whose they are is known by the audit log in them', async () => {
    await backUp()
    rmSync(path.join(series, 'series.json'))
    await backUp()
    rmSync(path.join(series, 'series.json'))
    await expect(backUpTheirs()).rejects.toMatchObject({
      code: 'folder_not_fit',
      message: expect.stringContaining('not a backup of this installation'),
    })
  })

  it('takes none of a copy of the installation that has gone another way', async () => {
    const { folder } = await backUp()
    const file = path.join(folder, 'manifest.json')
    const { audit, ...rest } = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...rest, audit: { ...audit, seq: audit.seq + 1000 } }))
    await expect(backUp()).rejects.toMatchObject({
      code: 'folder_not_fit',
      message: expect.stringMatching(/Name another folder, or move that one away/),
    })
  })

  it('leaves alone what another is making just now, and removes it when its maker is gone', async () => {
    await expect(backUp({ blobs: failingAt(9) })).rejects.toThrow('the power fails')
    const [partial = ''] = partials()
    const sign = path.join(series, partial, 'under-way.json')
    writeFileSync(sign, JSON.stringify({ place: 'another machine', pid: process.pid, bornAt: '1' }))
    await backUp()
    expect(partials()).toEqual([partial])
    const longAgo = new Date(Date.now() - 600_000)
    utimesSync(sign, longAgo, longAgo)
    await backUp()
    expect(partials()).toEqual([])
  })

  it('keeps one broken-off backup at most, that with the most files, and no rows of it', async () => {
    for (const most of [2, 17, 0]) {
      await expect(backUp({ blobs: failingAt(most) })).rejects.toThrow('the power fails')
      expect(partials().length).toBeLessThanOrEqual(1)
    }
    const [partial = ''] = partials()
    expect(existsSync(path.join(series, partial, 'database'))).toBe(false)
    expect(existsSync(path.join(series, partial, 'under-way.json'))).toBe(false)
    // Of 17 read from the store two groups of eight were listed, and of them alone it is known that they are on the disk.
    expect((await backUp()).linked).toBe(16)
  })
})

describe('a backup', { timeout: 60_000 }, () => {
  it('is in the audit log before it has its name, and one that gets none is no backup', async () => {
    const now = new Date()
    const name = now.toISOString().replaceAll(/[:.]/g, '-')
    mkdirSync(path.join(series, name, 'in the way'), { recursive: true })
    await expect(backUp({ clock: { now: () => now } })).rejects.toMatchObject({ code: 'ENOTEMPTY' })
    const [entry] = await ours.sql`
      select subject_label from audit_entries where action = 'backup.made' order by seq desc limit 1`
    expect(Date.parse(entry?.subject_label)).toBeGreaterThanOrEqual(now.getTime())
    expect(partials()).toEqual([`${name}.partial`])
  })

  it('on a disk that is full says which, what is free and what is needed, and leaves nothing', async () => {
    // The list of files goes to a device that has no room.
    const filling = new Progress(() => {
      const [partial] = partials()
      const list = path.join(series, partial ?? '', 'blobs.jsonl')
      if (partial !== undefined && !existsSync(list)) symlinkSync('/dev/full', list)
    })
    await expect(backUp({}, filling)).rejects.toMatchObject({
      code: 'disk_full',
      message: expect.stringMatching(
        new RegExp(
          `^The disk of ${series} is full: ${series}/\\S+\\.partial/blobs\\.jsonl could not be written \\(ENOSPC\\); \\d+ bytes are free .* \\d+ bytes for the files that are not in it yet, .* the \\d{6,} bytes that the database takes`,
        ),
      ),
    })
    expect(readdirSync(series)).toEqual(['series.json'])
    await backUp()
  })
})
