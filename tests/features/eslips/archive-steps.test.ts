import { Readable } from 'node:stream'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BlobStore, ByteSource } from '../../../src/blobs/blob-store'
import { checkKey } from '../../../src/blobs/keys'
import type { Ctx, Services } from '../../../src/core/context'
import { type ArchivedSlip, listArchives, readArchive } from '../../../src/features/eslips/archive'
import { restAfter } from '../../../src/features/eslips/archive/make/pace'
import { archiveDay, archiveOldDays } from '../../../src/features/eslips/archive/make/run'
import { ARCHIVE_STEPS, type Step } from '../../../src/features/eslips/archive/make/steps'
import { useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'
import { archive, dayAgo, fillDay, holdLease, never, openDay, runArchiveJob, storeSlips } from './archived'

const database = useTestDatabase()
let services: Services
let ctx: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  ctx = makeCtx(services, job())
})

const KILLED = new Error('killed')
/** A death between two steps: nothing after it runs, nothing is tidied up. */
const killedAfter = (count: number): Step[] => [
  ...ARCHIVE_STEPS.slice(0, count),
  { name: 'record', run: () => Promise.reject(KILLED) },
]

const inDatabase = async (day: string) => {
  const rows = await database.sql<{ seq: string }[]>`
    select seq from eslips where (filed_at at time zone 'UTC')::date = ${day}::text::date`
  return rows.map((one) => Number(one.seq))
}
const inArchive = async (day: string): Promise<ArchivedSlip[]> => {
  const entry = (await listArchives(ctx)).find((one) => one.day === day)
  return entry === undefined ? [] : (await readArchive(ctx, entry, { filter: {}, limit: 10_000 })).rows
}
const attempts = async () =>
  (await database.sql<{ key: string }[]>`select blob_key as key from eslip_archive_blobs`).map(
    (one) => one.key,
  )
const stored = async (keys: string[], blobs: BlobStore = services.blobs) =>
  (await Promise.all(keys.map((key) => blobs.head(checkKey(key))))).filter((one) => one !== undefined).length

afterEach(async () => {
  await database.sql`delete from eslip_archive_blobs`
})

describe('a server that dies over a day', () => {
  it.each(ARCHIVE_STEPS.map((step, at) => [step.name, at] as const))(
    'before the step "%s", twice, has lost nothing, and the third finishes',
    async (_name, at) => {
      const day = dayAgo(400 + at)
      const uids = await fillDay(database, day, 2_100)
      const before = await inDatabase(day)
      for (let death = 0; death < 2; death++) {
        await expect(archive(database, ctx, day, killedAfter(at))).rejects.toBe(KILLED)
        expect(await inDatabase(day)).toHaveLength(uids.length)
        expect(await inArchive(day)).toEqual([])
      }
      const left = await attempts()
      const run = await runArchiveJob(services, database)
      expect(run).toMatchObject({ outcome: 'done', details: { days: 1, slips: uids.length } })
      expect(await stored(left)).toBe(0)
      expect(await inDatabase(day)).toEqual([])
      const after = await inArchive(day)
      expect(after.map((one) => one.seq).sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b))
      expect(new Set(after.map((one) => one.content.slipUid))).toEqual(new Set(uids))
      expect(after.reduce((sum, one) => sum + one.amount, 0)).toBe((2_100 * 2_101) / 2)
    },
  )

  it('after the last step has an archive, and the next run finds nothing to do', async () => {
    const day = dayAgo(450)
    await fillDay(database, day, 3)
    await expect(archive(database, ctx, day, killedAfter(ARCHIVE_STEPS.length))).rejects.toBe(KILLED)
    expect(await inDatabase(day)).toEqual([])
    expect(await inArchive(day)).toHaveLength(3)
    expect(await runArchiveJob(services, database)).toMatchObject({
      outcome: 'done',
      details: { days: 0, slips: 0 },
    })
  })
})

describe('an archived day', () => {
  it('has its place in a chain of manifests, without gaps, and the manifest beside the file', async () => {
    const rows = await database.sql`
      select number, previous_hash, hash, manifest, manifest_key, encode(sha256(convert_to(manifest, 'UTF8')), 'hex') as made
      from eslip_archives order by number`
    expect(rows.length).toBeGreaterThan(3)
    let previous = '0'.repeat(64)
    for (const [at, row] of rows.entries()) {
      expect(row).toMatchObject({ number: at + 1, previous_hash: previous, hash: row.made })
      const { stream } = await services.blobs.open(checkKey(String(row.manifest_key)))
      expect(Buffer.concat(await stream.toArray()).toString()).toBe(row.manifest)
      previous = String(row.hash)
    }
  })

  it('knows its slips when they are sent again', async () => {
    const day = dayAgo(460)
    const localDateTime = `${day}T08:00:00Z`
    const slipUid = 'sent-twice'
    await fillDay(database, day, 1, () => ({ slipUid, localDateTime }))
    await archive(database, ctx, day)
    await storeSlips(database, day, 1, () => ({ slipUid, localDateTime }))
    expect(
      await database.sql`select 1 from eslips where seq > 0 and content ->> 'slipUid' = ${slipUid}`,
    ).toHaveLength(0)
  })

  it('takes no more slips: they are filed under the day they come, and are marked', async () => {
    const day = dayAgo(460)
    await storeSlips(database, day, 1, () => ({ slipUid: 'too-late' }))
    expect(await inDatabase(day)).toEqual([])
    const [late] = await database.sql`select time_mark from eslips where content ->> 'slipUid' = 'too-late'`
    expect(late).toEqual({ time_mark: 'late' })
  })

  it('without slips leaves no file', async () => {
    const day = dayAgo(470)
    const tables = async () =>
      database.sql`select 1 from pg_class where relname = psm_eslip_day_table(${day}::text::date)`
    await openDay(database, day)
    expect(await tables()).toHaveLength(1)
    await archive(database, ctx, day)
    expect(await tables()).toHaveLength(0)
    expect(await inArchive(day)).toEqual([])
  })

  it('is young enough otherwise, and stays: today and the days the settings say', async () => {
    await fillDay(database, dayAgo(90), 1)
    await fillDay(database, dayAgo(91), 1)
    const dry = await archiveOldDays(ctx, { signal: never, fence: 0, isDryRun: true, report: () => {} })
    expect(dry).toEqual({ days: 1, slips: 1, firstDay: dayAgo(91), lastDay: dayAgo(91) })
    expect(await inDatabase(dayAgo(91))).toHaveLength(1)
    const seen: unknown[] = []
    const fence = await holdLease(database)
    await archiveOldDays(ctx, {
      signal: never,
      fence,
      isDryRun: false,
      report: (progress) => seen.push(progress),
    })
    expect(seen).toEqual([0, 1].map((done) => ({ done, total: 1, step: 'archiving' })))
    expect(await inDatabase(dayAgo(91))).toEqual([])
    expect(await inDatabase(dayAgo(90))).toHaveLength(1)
  })
})

/** A store that changes one byte of what it keeps, far from the end. */
const spoiling = (blobs: BlobStore): BlobStore => ({
  putContent: (...given) => blobs.putContent(...given),
  open: (...given) => blobs.open(...given),
  head: (key) => blobs.head(key),
  list: () => blobs.list(),
  strays: () => blobs.strays(),
  openFile: (key) => blobs.openFile(key),
  addressOf: (key, seconds) => blobs.addressOf(key, seconds),
  delete: (key) => blobs.delete(key),
  sweepIncoming: (ms) => blobs.sweepIncoming(ms),
  check: () => blobs.check(),
  checkWrites: () => blobs.checkWrites(),
  put: (key, source, options) => blobs.put(key, Readable.from(spoilt(source)), options),
})
async function* spoilt(source: ByteSource) {
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    const bytes = Buffer.from(chunk)
    if (bytes.length > 2_000) bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
    yield bytes
  }
}

describe('a file that is not what was written', () => {
  it('keeps the day in the database, is deleted, and fails loudly', async () => {
    const day = dayAgo(300)
    await fillDay(database, day, 500)
    const broken = { ...ctx, blobs: spoiling(services.blobs) }
    await expect(archive(database, broken, day)).rejects.toThrow('not read back as it was written')
    expect(await inDatabase(day)).toHaveLength(500)
    expect(await inArchive(day)).toEqual([])
    expect(await attempts()).toEqual([])
  })

  it('is refused by the database where the day has other slips than the manifest says', async () => {
    const day = dayAgo(299)
    await fillDay(database, day, 5)
    const steps = ARCHIVE_STEPS.map((step): Step => {
      if (step.name !== 'record') return step
      return {
        name: 'record',
        async run(work) {
          if (work.manifest !== undefined)
            work.manifest.text = work.manifest.text.replace('"rows":5', '"rows":4')
          await step.run(work)
        },
      }
    })
    await expect(archive(database, ctx, day, steps)).rejects.toThrow('has 5 slips, the archive 4')
    expect(await inDatabase(day)).toHaveLength(5)
  })

  it('is refused where the day is open again', async () => {
    const day = dayAgo(298)
    await fillDay(database, day, 1)
    const withoutSeal = ARCHIVE_STEPS.filter((step) => step.name !== 'seal')
    await expect(archive(database, ctx, day, withoutSeal)).rejects.toThrow('it is open')
    expect(await inDatabase(day)).toHaveLength(1)
  })
})

describe('a run', () => {
  it('that is stopped while it reads back has stopped, and has not found the file bad', async () => {
    const day = dayAgo(294)
    await fillDay(database, day, 10)
    const stopping = new AbortController()
    const { blobs } = services
    const stoppingStore: BlobStore = {
      ...spoiling(blobs),
      put: (...given) => blobs.put(...given),
      open: (key, options) => {
        if (options?.start !== undefined) stopping.abort()
        return blobs.open(key, options)
      },
    }
    const run = { signal: stopping.signal, fence: await holdLease(database) }
    await expect(archiveDay({ ...ctx, blobs: stoppingStore }, day, run)).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await inDatabase(day)).toHaveLength(10)
    expect(await stored(await attempts())).toBe(1)
  })

  it('rests three times as long as it worked where the server is busy, and not where it is not', () => {
    expect(restAfter(100, { utilization: 0.3 })).toBe(0)
    expect(restAfter(100, { utilization: 0.9 })).toBe(300)
    expect(restAfter(60_000, { utilization: 0.9 })).toBe(5_000)
  })
})

describe('two servers', () => {
  it('are not both at it: who has lost the lease can drop nothing', async () => {
    const day = dayAgo(297)
    await fillDay(database, day, 10)
    const stale = await holdLease(database)
    const steps = ARCHIVE_STEPS.map((step): Step => {
      if (step.name !== 'record') return step
      return {
        name: 'record',
        async run(work) {
          await holdLease(database)
          await step.run(work)
        },
      }
    })
    await expect(archiveDay(ctx, day, { signal: never, fence: stale }, steps)).rejects.toMatchObject({
      code: 'PSM03',
    })
    expect(await inDatabase(day)).toHaveLength(10)
    const left = await attempts()
    expect(await stored(left)).toBe(2)
    expect(await runArchiveJob(services, database)).toMatchObject({ outcome: 'done' })
    expect(await stored(left)).toBe(0)
    expect(await inArchive(day)).toHaveLength(10)
  })

  it('do not drop a day twice: the one that comes late finds it gone', async () => {
    const day = dayAgo(296)
    await fillDay(database, day, 10)
    const fence = await holdLease(database)
    const both = await Promise.allSettled([1, 2].map(() => archiveDay(ctx, day, { signal: never, fence })))
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await inArchive(day)).toHaveLength(10)
  })

  it('wait for a search that is under way, and go on after it', async () => {
    const day = dayAgo(295)
    await fillDay(database, day, 10)
    let archived: Promise<unknown> | undefined
    await database.sql.begin(async (tx) => {
      await tx`select count(*) from eslips`
      archived = archive(database, ctx, day)
      // Until it has asked for the lock and was refused once.
      for (let waits = 0; waits < 1; ) {
        const [row] =
          await tx`select count(*)::int as n from pg_locks where not granted and mode = 'AccessExclusiveLock'`
        waits += row?.n ?? 0
      }
      await tx`select count(*) from eslips`
    })
    await archived
    expect(await inArchive(day)).toHaveLength(10)
  })
})
