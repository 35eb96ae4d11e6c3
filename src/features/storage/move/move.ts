import type { MarkedStore, StoreKind } from '../../../blobs/blob-store'
import { checkKey } from '../../../blobs/keys'
import type { BlobPlace, BlobStores } from '../../../blobs/placed'
import { eachAtOnce } from '../../../core/at-once'
import type { Ctx } from '../../../core/context'
import { blobsNotAllMoved } from '../errors'
import { countNamed, type NamedBlob, namedBlobs, ownersOf } from '../named'
import { markStore, ownStores, refuseStranger, strangerIn } from '../own'
import { settlePlace } from '../place'
import { type CopyFault, copyBlob } from './copy'
import { type MoveLease, otherStore, takeLease } from './lease'
import { forgetVerified, noteVerified, verifiedAmong } from './ledger'
import { type Removal, removeOld } from './remove'
import { type Patience, requireServersReady, untilDrained, untilFollowed } from './servers'

export interface MoveOptions {
  to: StoreKind
  atOnce: number
  /** Deletes the copies in the store that was left, once all are in the new one. */
  removeOld: boolean
  /** Lets go of the store that was left without deleting anything there: it may be gone already. */
  forgetOld: boolean
  /** Moves all the same where some are damaged or missing already: what there is of them stays where it is. */
  leaveDamaged: boolean
  /** STORAGE_DIR/blobs is one folder for all servers, though they run on several machines. */
  isFolderShared: boolean
  patience: Patience
}

export interface MoveProblem {
  fault: CopyFault
  key: string
  kind: NamedBlob['kind']
  belongsTo: string[]
  detail: string
}

export interface Move {
  /** Where they lie now. */
  home: StoreKind
  /** The store that may still have old copies. */
  other: StoreKind | null
  copied: number
  copiedBytes: number
  /** Read and found right where they are to be: by this call, without a copy. */
  found: number
  /** By calls before, which were cut off. */
  before: number
  problemCount: number
  /** The first thousand. */
  problems: MoveProblem[]
  /** Of the store that was left. */
  old: Removal | null
}

export interface MoveListener {
  step(words: string): void
  progress(move: Move, of: { count: number; sizeBytes: number }): void
  problem(problem: MoveProblem): void
  removal(removal: Removal): void
}

interface Work {
  ctx: Ctx
  lease: MoveLease
  from: MarkedStore | undefined
  to: MarkedStore
  options: MoveOptions
  listener: MoveListener
  move: Move
  /** From which on nothing new comes into the old store. */
  writesEpoch: number
}

const MOST_LISTED = 1_000
/** What takes long to read again is written down at once, the rest page by page. */
const LARGE_BYTES = 8 * 1024 ** 2
/** So many rounds bring in all that servers had begun to store before they heard of the move. */
const MOST_ROUNDS = 20

/**
 * Moves all blobs from one store to the other, beside servers that run on (decision 0033). In this order: all servers look
 * into both stores; all write into the new one; what is in the old one is copied and read back; the new one becomes home; and,
 * where that is asked for, old copies are deleted. Each step is in the database before the next begins, and what is copied is
 * written down: a call that was killed is simply repeated. It can be turned round at any time by moving back. For the command
 * line alone: no permission stands for it.
 * `blob_store_foreign`, `blobs_being_moved`, `servers_lack_store`, `files_not_shared`, `servers_not_following`, `blobs_not_all_moved`.
 */
export async function moveBlobs(
  ctx: Ctx,
  stores: BlobStores,
  options: MoveOptions,
  listener: MoveListener,
): Promise<Move> {
  const settled = await settlePlace(ctx.sql, stores)
  const { storeId, isMarked: _, ...place } = settled
  const source = otherStore(options.to)
  const move = newMove(place)
  if (place.home === options.to && place.other === null) return move
  const to = await stores.open(options.to)
  const from = stores.kinds.includes(source) && !options.forgetOld ? await stores.open(source) : undefined
  await Promise.all([to.check(), from?.check()])
  const needed = from === undefined ? [options.to] : [options.to, source]
  await requireServersReady(ctx.sql, { needed, isFolderShared: options.isFolderShared })
  // What is let go of may be gone.
  if (!options.forgetOld) refuseStranger(await ownStores(ctx.sql, stores, settled))
  // Left before, it may be somebody's by now.
  if (from !== undefined) refuseStranger(await strangerIn(stores, settled, source))
  refuseStranger(await markStore(stores, options.to, storeId))
  const lease = await takeLease(ctx, listener.step)
  try {
    const work: Work = { ctx, lease, from, to, options, listener, move, writesEpoch: place.epoch }
    await turnWrites(work, place)
    await copyAll(work, { countsBefore: true })
    if (move.problemCount > 0 && !options.leaveDamaged) return move
    await comeHome(work)
    if (options.removeOld || options.forgetOld) await leaveOld(work)
    return move
  } finally {
    await lease.end()
  }
}

const newMove = ({ home, other }: BlobPlace): Move => ({
  ...{ home, other, copied: 0, copiedBytes: 0, found: 0, before: 0 },
  ...{ problemCount: 0, problems: [], old: null },
})

/** From here on new blobs come into the new store alone, and every server finds them there. */
async function turnWrites(work: Work, place: BlobPlace): Promise<void> {
  const { ctx, lease, options, listener, move } = work
  const { to, patience } = options
  const follow = async (epoch: number, step: string) => {
    listener.step(step)
    await untilFollowed(ctx.sql, epoch, patience, lease.lost)
  }
  let now = place
  if (now.other === null) {
    now = await lease.place(
      { ...now, other: to },
      { action: 'blob_store.move_began', store: to, after: { oldStore: now.home } },
    )
  }
  await follow(now.epoch, 'waiting until every server looks into both stores')
  if (now.writesTo !== to) now = await lease.place({ ...now, writesTo: to })
  await follow(now.epoch, `waiting until every server stores into ${to}`)
  work.writesEpoch = now.epoch
  Object.assign(move, { home: now.home, other: now.other })
}

/** Round after round, until one finds nothing new. */
async function copyAll(work: Work, { countsBefore = false } = {}): Promise<void> {
  const { ctx, listener, move } = work
  listener.step('copying, and reading back what was copied')
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    Object.assign(move, { problemCount: 0, problems: [] })
    const before = move.copied + move.found
    await copyRound(work, await countNamed(ctx.sql), countsBefore && round === 1)
    if (move.copied + move.found === before) return
  }
}

async function copyRound(
  work: Work,
  of: { count: number; sizeBytes: number },
  countsBefore: boolean,
): Promise<void> {
  const { ctx, lease, from, to, options, listener, move } = work
  for await (const { page } of namedBlobs(ctx.sql)) {
    const keys = page.map(({ key }) => key)
    const verified = await verifiedAmong(ctx.sql, options.to, keys)
    // Nothing can be copied again from a store that is let go of: what was verified must still be there.
    if (options.forgetOld) await dropLost(work, page, verified)
    if (countsBefore) move.before += verified.size
    const done: string[] = []
    try {
      await eachAtOnce(
        page.filter(({ key }) => !verified.has(key)),
        options.atOnce,
        async (named) => {
          const outcome = await copyBlob(from, to, named, lease.lost)
          if (!outcome.isDone) return noteProblem(work, named, outcome)
          if ('isGone' in outcome) return
          if (outcome.sizeBytes > LARGE_BYTES) await noteVerified(ctx.sql, options.to, [named.key])
          else done.push(named.key)
          if (outcome.copied) move.copied++
          else move.found++
          if (outcome.copied) move.copiedBytes += outcome.sizeBytes
          listener.progress(move, of)
        },
      )
    } finally {
      await noteVerified(ctx.sql, options.to, done)
    }
  }
}

async function dropLost(
  { to, options }: Work,
  page: readonly NamedBlob[],
  verified: Set<string>,
): Promise<void> {
  await eachAtOnce(
    page.filter(({ key }) => verified.has(key)),
    options.atOnce,
    async ({ key, sizeBytes }) => {
      const there = await to.head(checkKey(key))
      if (there === undefined || there.sizeBytes !== (sizeBytes ?? there.sizeBytes)) verified.delete(key)
    },
  )
}

async function noteProblem(
  { ctx, listener, move }: Work,
  { key, kind }: NamedBlob,
  { fault, detail }: { fault: CopyFault; detail: string },
): Promise<void> {
  const belongsTo = await ownersOf(ctx.sql, key)
  // What has been let go of since its page was read may be gone.
  if (belongsTo.length === 0) return
  const problem = { fault, key, kind, belongsTo, detail }
  move.problemCount++
  if (move.problems.length < MOST_LISTED) move.problems.push(problem)
  listener.problem(problem)
}

/** The new store becomes the one that is asked first. */
async function comeHome({ ctx, lease, options, listener, move }: Work): Promise<void> {
  const { to, patience } = options
  if (move.home === to) return
  const oldStore = otherStore(to)
  const { copied, copiedBytes, problemCount: notMoved } = move
  const now = await lease.place(
    { home: to, other: oldStore, writesTo: to },
    { action: 'blob_store.moved', store: to, after: { oldStore, copied, copiedBytes, notMoved } },
  )
  Object.assign(move, { home: now.home, other: now.other })
  listener.step(`waiting until every server asks ${to} first`)
  await untilFollowed(ctx.sql, now.epoch, patience, lease.lost)
}

/** When nothing that was begun in the old store is still under way, and all is in the new one, old copies go. */
async function leaveOld(work: Work): Promise<void> {
  const { ctx, lease, from, to, options, listener, move } = work
  listener.step('waiting until nothing is being stored in the old store any more')
  await untilDrained(ctx.sql, work.writesEpoch, options.patience, lease.lost)
  // What ended there while this call was copying.
  await copyAll(work)
  if (move.problemCount > 0 && (options.forgetOld || !options.leaveDamaged))
    throw blobsNotAllMoved({ values: { problems: move.problemCount } })
  if (from !== undefined && !options.forgetOld) {
    listener.step('removing the old copies')
    move.old = await removeOld(
      ctx.sql,
      { from, to, into: options.to },
      { atOnce: options.atOnce, told: listener.removal },
    )
    if (move.old.left > 0) return
  }
  const store = otherStore(options.to)
  const { removed: removedCopies = 0, removedBytes = 0 } = move.old ?? {}
  const now = await lease.place(
    { home: options.to, other: null, writesTo: options.to },
    { action: 'blob_store.old_left', store, after: { removedCopies, removedBytes } },
  )
  Object.assign(move, { other: now.other })
  await forgetVerified(ctx.sql)
  // Whoever comes next may have it.
  if (!options.forgetOld) await from?.mark.remove()
}
