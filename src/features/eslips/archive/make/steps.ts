import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { AsyncBuffer } from 'hyparquet'
import type { StoredBlob } from '../../../../blobs/blob-store'
import { hashOfBlob } from '../../../../blobs/hash'
import type { BlobKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import type { Summary } from '../format/summary'
import { manifestText, NO_HASH } from '../manifest'
import { newCache } from '../read/cache'
import { bufferOf } from '../read/file'
import { discardBlob, noteBlob } from './blobs'
import { readDay } from './day-rows'
import { addDays, startOf } from './days'
import { newPace } from './pace'
import type { PackedGroup, Press } from './press'
import { openPress } from './press-thread'

/** The job whose lease is asked for before a day is dropped. */
export const ARCHIVE_JOB = 'archive-eslips'

/** A day on its way: what the steps before have found out. */
export interface DayWork {
  readonly ctx: Ctx
  readonly day: string
  readonly fence: number
  readonly signal: AbortSignal
  file?: { blob: StoredBlob; summary: Summary }
  manifest?: { text: string; key: BlobKey }
}

/**
 * How a day leaves the database. Each step may be the last before a death, and then the next run begins the day anew:
 * until the last step the day is in the database and its file is a blob that nobody reads; with the last step the file
 * is an archive and the day is gone from the database, in one commit.
 */
export interface Step {
  name: 'seal' | 'write' | 'read-back' | 'describe' | 'record'
  run(work: DayWork): Promise<void>
}

export const ARCHIVE_STEPS: readonly Step[] = [
  { name: 'seal', run: seal },
  { name: 'write', run: write },
  { name: 'read-back', run: readBack },
  { name: 'describe', run: describe },
  { name: 'record', run: record },
]

const MOST_BYTES = 256 * 1024 ** 3
/** Sorting a day of millions comes before its first byte. */
const SLOWEST_START_MS = 15 * 60_000

/** From here on nothing is added to the day: late slips are filed under the time they come. */
async function seal({ ctx, day }: DayWork): Promise<void> {
  await ctx.sql`select psm_seal_eslips(${addDays(day, 1)}::text::date)`
}

async function write(work: DayWork): Promise<void> {
  const { ctx, day, fence, signal } = work
  const [first] = await ctx.db.execute(
    sql`select 1 from eslips where filed_at >= ${startOf(day)}::timestamptz
      and filed_at < ${startOf(addDays(day, 1))}::timestamptz limit 1`,
  )
  if (first === undefined) return
  const key = await noteBlob(ctx, day, fence)
  const press = openPress(day)
  try {
    let summary: Summary | undefined
    const blob = await readDay(ctx.sql, day, (groups) => {
      const bytes = fileBytes(groups, press, signal, (made) => {
        summary = made
      })
      return ctx.blobs.put(key, bytes, { maxBytes: MOST_BYTES, idleMs: SLOWEST_START_MS, signal })
    })
    if (summary === undefined) throw new Error(`The file of ${day} has no end.`)
    work.file = { blob, summary }
  } finally {
    await press.close()
  }
}

async function* fileBytes(
  groups: AsyncIterable<PackedGroup>,
  press: Press,
  signal: AbortSignal,
  onEnd: (summary: Summary) => void,
): AsyncGenerator<Uint8Array, void> {
  const pace = newPace()
  for await (const group of ahead(groups)) {
    await pace.giveWay(signal)
    yield await press.addGroup(group)
  }
  const { bytes, summary } = await press.finish()
  onEnd(summary)
  yield bytes
}

/** Asks for the next while one is worked at: the database and the press need not wait for one another. */
async function* ahead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (let next = iterator.next(); ; ) {
      const { done, value } = await next
      if (done) return
      next = iterator.next()
      // Whoever stops in between never asks how it went.
      next.catch(() => {})
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}

/** Believes neither the store nor the writer: the file is opened, decoded and compared with what the database gave. */
async function readBack({ ctx, day, file, signal }: DayWork): Promise<void> {
  if (file === undefined) return
  const { blob, summary } = file
  const { sha256 } = await hashOfBlob(ctx.blobs, blob.key, signal)
  const found = sha256 === blob.sha256 ? await decode(ctx, day, blob, signal) : undefined
  if (found?.rows === summary.rows && found.rowsDigest === summary.rowsDigest) return
  await discardBlob(ctx, blob.key)
  throw new Error(`The file of ${day} was not read back as it was written: the day stays in the database.`)
}

async function decode(
  ctx: Ctx,
  day: string,
  blob: StoredBlob,
  signal: AbortSignal,
): Promise<Summary | undefined> {
  const press = openPress(day)
  try {
    return await press.summarise(paced(bufferOf(ctx.blobs, newCache(), blob.key, blob.sizeBytes), signal))
  } catch (error) {
    signal.throwIfAborted()
    ctx.log.error('eslip_archive_not_decoded', { day, error: error as Error })
    return undefined
  } finally {
    await press.close()
  }
}

/** Whoever reads the file is held up, not the server. */
function paced(file: AsyncBuffer, signal: AbortSignal): AsyncBuffer {
  const pace = newPace()
  return {
    byteLength: file.byteLength,
    async slice(start, end) {
      await pace.giveWay(signal)
      return file.slice(start, end)
    },
  }
}

/** Writes what the archive is beside its file, before the database says that there is one. */
async function describe(work: DayWork): Promise<void> {
  const { ctx, day, fence, file } = work
  if (file === undefined) return
  const [last] = await ctx.sql<{ number: number; hash: string }[]>`
    select number, hash from eslip_archives order by number desc limit 1`
  const text = manifestText(
    {
      day,
      blobKey: file.blob.key,
      sizeBytes: file.blob.sizeBytes,
      sha256: file.blob.sha256,
      summary: file.summary,
    },
    { number: (last?.number ?? 0) + 1, previousHash: last?.hash ?? NO_HASH, writtenAt: ctx.clock.now() },
  )
  const key = await noteBlob(ctx, day, fence)
  const bytes = Buffer.from(text)
  await ctx.blobs.put(key, Readable.from([bytes]), { maxBytes: bytes.length })
  work.manifest = { text, key }
}

/** Somebody reads slips for long: who comes after us must not wait for both. */
const LOCKED = '55P03'
const TRIES = 20
const BETWEEN_TRIES_MS = 1_500

async function record({ ctx, day, fence, signal, manifest }: DayWork): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (manifest === undefined)
        await ctx.sql`select psm_drop_empty_eslip_day(${day}::text::date, ${ARCHIVE_JOB}, ${fence})`
      else
        await ctx.sql`select psm_archive_eslip_day(${manifest.text}, ${manifest.key}, ${ARCHIVE_JOB}, ${fence})`
      return
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCKED || attempt === TRIES) throw error
      ctx.log.info('eslip_day_in_use', { day, attempt })
      await pause(BETWEEN_TRIES_MS, undefined, { signal })
    }
  }
}
