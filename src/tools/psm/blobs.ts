import type { StoreKind } from '../../blobs/blob-store'
import type { Ctx } from '../../core/context'
import {
  adoptStores,
  type BlobProblem,
  type Move,
  type MoveProblem,
  moveBlobs,
  type Verification,
  verifyBlobs,
} from '../../features/storage'
import { blobStores } from '../../server/backing'
import { need, parse, UsageError } from './args'
import type { Command, Result } from './command'

const AT_ONCE = 4
const MOST_AT_ONCE = 64
const EVERY_MS = 2_000

export const blobCommands: readonly Command[] = [
  {
    name: 'blobs verify',
    usage: '[--quick] [--parallel N] [--after PLACE]',
    summary:
      'Compares every blob that the database names with the store: there, as long, same SHA-256; and names those nobody needs.',
    run: verify,
    describe: describeVerification,
    isRefusal: (result) => (result as unknown as Verification).problemCount > 0,
  },
  {
    name: 'blobs migrate',
    usage: '--to s3|files [--remove-old] [--forget-old] [--leave-damaged] [--shared-folder] [--parallel N]',
    summary:
      'Moves all blobs to the other store beside the running servers, each read back; called again it goes on from where it was.',
    run: migrate,
    describe: describeMove,
    isRefusal: (result) => {
      const { problemCount, old } = result as unknown as Move
      return problemCount > 0 || (old?.left ?? 0) > 0
    },
  },
  {
    name: 'blobs adopt',
    usage: '[--take-over-store]',
    summary:
      'Makes the store that the settings name the one of this database, where its files are lost or were brought there by hand; a store of another installation too, which must be dead.',
    run: adopt,
    describe: ({ storeId, isNew }) =>
      isNew
        ? `the store is ours, its id is ${storeId}; see what is missing in it: psm blobs verify`
        : `the store was ours already, its id is ${storeId}`,
  },
]

async function adopt(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values } = parse(args, { 'take-over-store': { type: 'boolean' } })
  const takeOver = values['take-over-store'] ?? false
  return { ...(await adoptStores(ctx, blobStores(ctx.settings), { takeOver })) }
}

/** Servers hear of a change within seconds; one that was killed is believed to live for a minute. */
const PATIENCE = { followMs: 120_000, drainMs: 600_000 }

async function migrate(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values } = parse(args, {
    to: { type: 'string' },
    'remove-old': { type: 'boolean' },
    'forget-old': { type: 'boolean' },
    'leave-damaged': { type: 'boolean' },
    'shared-folder': { type: 'boolean' },
    parallel: { type: 'string' },
  })
  const removeOld = values['remove-old'] ?? false
  const forgetOld = values['forget-old'] ?? false
  if (removeOld && forgetOld)
    throw new UsageError('--remove-old deletes old copies, --forget-old does not: keep one')
  const options = {
    to: storeNamed(need(values.to, '--to')),
    atOnce: parallelOf(values.parallel),
    removeOld,
    forgetOld,
    leaveDamaged: values['leave-damaged'] ?? false,
    isFolderShared: values['shared-folder'] ?? false,
    patience: PATIENCE,
  }
  const tell = atTimes()
  const move = await moveBlobs(ctx, blobStores(ctx.settings), options, {
    step: say,
    problem: (problem) => say(moveLineOf(problem)),
    progress: ({ copied, copiedBytes, found, before }, of) =>
      tell(
        () =>
          `${copied + found + before} of about ${of.count} blobs are there, ${sizeOf(copiedBytes)} copied`,
      ),
    removal: ({ removed, removedBytes }) =>
      tell(() => `${removed} old copies removed, ${sizeOf(removedBytes)}`),
  })
  return { ...move }
}

/** @throws UsageError */
function storeNamed(name: string): StoreKind {
  if (name !== 's3' && name !== 'files') throw new UsageError('--to must be s3 or files')
  return name
}

function describeMove(result: Result): string {
  const { home, other, copied, copiedBytes, found, before, problems, problemCount, old } =
    result as unknown as Move
  return [
    ...problems.map(moveLineOf),
    ...(problemCount > problems.length ? [`and ${problemCount - problems.length} more`] : []),
    `copied ${copied} blobs (${sizeOf(copiedBytes)}); found ${found} in their place, ${before} verified by calls before; not moved ${problemCount}`,
    ...(old === null
      ? []
      : [
          `removed ${old.removed} old copies (${sizeOf(old.removedBytes)}); left ${old.left} whose copy is not verified, and ${old.orphans} that nothing names`,
        ]),
    other === null
      ? `blobs lie in ${home}, and nowhere else`
      : `blobs lie in ${home}; ${other} is looked into as well: call again${problemCount > 0 && old === null ? '' : ' with --remove-old to empty it'}`,
  ].join('\n')
}

function moveLineOf({ fault, kind, key, belongsTo, detail }: MoveProblem): string {
  return `${fault.replace('_', ' ')}: ${kind} ${key} (${detail}); needed by ${belongsTo.join(', ')}`
}

async function verify(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values } = parse(args, {
    quick: { type: 'boolean' },
    parallel: { type: 'string' },
    after: { type: 'string' },
  })
  const options = {
    isQuick: values.quick ?? false,
    atOnce: parallelOf(values.parallel),
    after: values.after,
  }
  const tell = atTimes()
  const result = await verifyBlobs(ctx, options, {
    problem: (problem) => say(lineOf(problem)),
    progress: ({ checked, readBytes, of, cursor }) =>
      tell(
        () =>
          `${checked} of about ${of.count} blobs, ${sizeOf(readBytes)} of ${sizeOf(of.sizeBytes)} read; to go on from here: --after ${cursor}`,
      ),
  })
  return { ...result }
}

/** @throws UsageError */
function parallelOf(given: string | undefined): number {
  const atOnce = given === undefined ? AT_ONCE : Number(given)
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > MOST_AT_ONCE)
    throw new UsageError(`--parallel must be a whole number from 1 to ${MOST_AT_ONCE}`)
  return atOnce
}

function describeVerification(result: Result): string {
  const told = result as unknown as Verification
  const {
    checked,
    readBytes,
    withoutHash,
    problems,
    problemCount,
    orphans,
    orphanCount,
    orphanBytes,
    young,
    strays,
    strayCount,
  } = told
  return [
    ...problems.map(lineOf),
    ...(problemCount > problems.length ? [`and ${problemCount - problems.length} more`] : []),
    ...orphans.map(({ store, key, sizeBytes }) => `orphan in ${store}: ${key}, ${sizeOf(sizeBytes)}`),
    ...(orphanCount > orphans.length ? [`and ${orphanCount - orphans.length} more`] : []),
    ...strays.map(({ store, name, sizeBytes }) => `no blob, in ${store}: ${name}, ${sizeOf(sizeBytes)}`),
    ...(strayCount > strays.length ? [`and ${strayCount - strays.length} more`] : []),
    `${checked} blobs looked at, ${sizeOf(readBytes)} read: ${problemCount === 0 ? 'all' : checked - problemCount} as they should be, ${problemCount} not`,
    ...(withoutHash > 0 ? [`${withoutHash} of them have no hash to compare with, only their length`] : []),
    `${orphanCount} blobs that nothing names (${sizeOf(orphanBytes)}), ${young} more that have just come; ${strayCount} files that are no blobs`,
  ].join('\n')
}

function lineOf({ fault, kind, key, belongsTo, detail }: BlobProblem): string {
  const words = fault.replace('_', ' ')
  return `${words}: ${kind} ${key}${detail === undefined ? '' : ` (${detail})`}; needed by ${belongsTo.join(', ')}`
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

function sizeOf(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${UNITS[power]}`
}

/** Says something now and then, however often it is told to. */
function atTimes(): (words: () => string) => void {
  let nextMs = Date.now() + EVERY_MS
  return (words) => {
    if (Date.now() < nextMs) return
    nextMs = Date.now() + EVERY_MS
    say(words())
  }
}

function say(line: string): void {
  process.stderr.write(`psm: ${line}\n`)
}
