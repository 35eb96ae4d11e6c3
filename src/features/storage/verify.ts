import type { BlobStore, ListedBlob, StrayFile } from '../../blobs/blob-store'
import { storeFailure } from '../../blobs/errors'
import { hashOfBlob } from '../../blobs/hash'
import { blobKeyOf } from '../../blobs/keys'
import { eachAtOnce } from '../../core/at-once'
import type { Ctx } from '../../core/context'
import {
  countNamed,
  type NamedBlob,
  namedAmong,
  namedBlobs,
  ownersOf,
  readCursor,
  writeCursor,
} from './named'

export type BlobFault = 'missing' | 'wrong_size' | 'wrong_hash' | 'unreadable' | 'bad_key'

/** A blob that is not as the database says. */
export interface BlobProblem {
  fault: BlobFault
  key: string
  kind: NamedBlob['kind']
  /** In words, what needs it; twenty at most. */
  belongsTo: string[]
  /** What there is instead, or why it cannot be read. */
  detail?: string
}

export interface VerifyOptions {
  /** Looks whether each is there and as long as it should be, and reads none. */
  isQuick: boolean
  atOnce: number
  /** Where an earlier call has come to. */
  after?: string | undefined
}

export interface VerifyProgress {
  checked: number
  readBytes: number
  /** Of everything that is named, about. */
  of: { count: number; sizeBytes: number }
  /** Everything before it has been looked at. */
  cursor: string
}

export interface Verification {
  checked: number
  readBytes: number
  /** Read, and with no hash to compare with: they were stored before hashes of them were kept. */
  withoutHash: number
  problemCount: number
  /** The first thousand. */
  problems: BlobProblem[]
  orphanCount: number
  orphanBytes: number
  /** The first thousand of those that no row names. */
  orphans: { store: string; key: string; sizeBytes: number }[]
  strayCount: number
  /** The first thousand of those that are no blobs: somebody else has put them there. */
  strays: StrayFile[]
  /** That no row names and that came within the last hour: they may be on their way into one. */
  young: number
}

export interface VerifyListener {
  progress(progress: VerifyProgress): void
  problem(problem: BlobProblem): void
}

const MOST_LISTED = 1_000
const ORPHANS_AT_ONCE = 500
/** A licence's bytes are stored a moment before its row is committed. */
const YOUNG_MS = 3_600_000

/**
 * Compares the store with the database: every blob that a row needs must be there, as long as the row says and with its
 * SHA-256; then every blob of the store must be named by a row. A page of names and one chunk of each file that is being
 * read are in memory, however much there is. It changes nothing, and what comes or goes meanwhile is no mistake. For the
 * command line alone: no permission stands for it.
 * `bad_blob_cursor`; `blob_store_unreachable`, `blob_bucket_missing` where the store is gone, not single blobs of it.
 */
export async function verifyBlobs(
  ctx: Pick<Ctx, 'sql' | 'blobs' | 'clock'>,
  options: VerifyOptions,
  listener: VerifyListener,
): Promise<Verification> {
  const { sql, blobs, clock } = ctx
  const startedAtMs = clock.now().getTime()
  const cursor = options.after === undefined ? undefined : readCursor(options.after)
  await blobs.check()
  const of = await countNamed(sql)
  const told: Verification = {
    ...{ checked: 0, readBytes: 0, withoutHash: 0 },
    ...{ problemCount: 0, problems: [], orphanCount: 0, orphanBytes: 0, orphans: [], young: 0 },
    ...{ strayCount: 0, strays: [] },
  }
  for await (const { page, cursor: at } of namedBlobs(sql, cursor)) {
    await eachAtOnce(page, options.atOnce, async (named) => {
      const problem = await judge(ctx, named, options, told)
      told.checked++
      if (problem === undefined) return
      told.problemCount++
      if (told.problems.length < MOST_LISTED) told.problems.push(problem)
      listener.problem(problem)
    })
    listener.progress({ checked: told.checked, readBytes: told.readBytes, of, cursor: writeCursor(at) })
  }
  await findOrphans(ctx, startedAtMs - YOUNG_MS, told)
  return told
}

type Found = Pick<BlobProblem, 'fault' | 'detail'>

async function judge(
  { sql, blobs }: Pick<Ctx, 'sql' | 'blobs'>,
  named: NamedBlob,
  { isQuick }: VerifyOptions,
  told: Verification,
): Promise<BlobProblem | undefined> {
  const found = isQuick ? await compareSize(blobs, named) : await compareBytes(blobs, named, told)
  if (found === undefined) return undefined
  const belongsTo = await ownersOf(sql, named.key)
  // What has been let go of since its page was read may be gone.
  return belongsTo.length === 0 ? undefined : { ...found, key: named.key, kind: named.kind, belongsTo }
}

async function compareSize(blobs: BlobStore, named: NamedBlob): Promise<Found | undefined> {
  const key = blobKeyOf(named.key)
  if (key === undefined) return { fault: 'bad_key' }
  const head = await blobs.head(key)
  if (head === undefined) return { fault: 'missing' }
  return wrongSize(named, head.sizeBytes)
}

async function compareBytes(
  blobs: BlobStore,
  named: NamedBlob,
  told: Verification,
): Promise<Found | undefined> {
  const key = blobKeyOf(named.key)
  if (key === undefined) return { fault: 'bad_key' }
  // A line that broke in the middle of one file is no fault of the file.
  for (let isSecond = false; ; isSecond = true)
    try {
      const { sha256, sizeBytes } = await hashOfBlob(blobs, key)
      told.readBytes += sizeBytes
      if (named.sha256 === null) told.withoutHash++
      else if (named.sha256 !== sha256)
        return wrongSize(named, sizeBytes) ?? { fault: 'wrong_hash', detail: `it hashes to ${sha256}` }
      return wrongSize(named, sizeBytes)
    } catch (error) {
      // What a file of the disk breaks off with comes as it is.
      const why = storeFailure(error)
      if (why.code === 'blob_not_found') return { fault: 'missing' }
      await blobs.check()
      if (isSecond) return { fault: 'unreadable', detail: reasonOf(why) }
    }
}

function wrongSize({ sizeBytes }: NamedBlob, found: number): Found | undefined {
  if (sizeBytes === null || sizeBytes === found) return undefined
  return { fault: 'wrong_size', detail: `${found} bytes instead of ${sizeBytes}` }
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}

async function findOrphans(
  { sql, blobs }: Pick<Ctx, 'sql' | 'blobs'>,
  youngFromMs: number,
  told: Verification,
): Promise<void> {
  let some: ListedBlob[] = []
  const judgeSome = async () => {
    const named = await namedAmong(
      sql,
      some.map(({ key }) => key),
    )
    for (const { key, store, sizeBytes, storedAt } of some) {
      if (named.has(key)) continue
      if (storedAt.getTime() >= youngFromMs) {
        told.young++
        continue
      }
      told.orphanCount++
      told.orphanBytes += sizeBytes
      if (told.orphans.length < MOST_LISTED) told.orphans.push({ store, key, sizeBytes })
    }
    some = []
  }
  for await (const listed of blobs.list()) {
    some.push(listed)
    if (some.length === ORPHANS_AT_ONCE) await judgeSome()
  }
  await judgeSome()
  for await (const stray of blobs.strays()) {
    told.strayCount++
    if (told.strays.length < MOST_LISTED) told.strays.push(stray)
  }
}
