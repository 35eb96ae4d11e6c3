import type { Ctx } from '../../core/context'
import { type BlobProblem, type Verification, verifyBlobs } from '../../features/storage'
import { parse, UsageError } from './args'
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
]

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
  } = told
  return [
    ...problems.map(lineOf),
    ...(problemCount > problems.length ? [`and ${problemCount - problems.length} more`] : []),
    ...orphans.map(({ store, key, sizeBytes }) => `orphan in ${store}: ${key}, ${sizeOf(sizeBytes)}`),
    ...(orphanCount > orphans.length ? [`and ${orphanCount - orphans.length} more`] : []),
    `${checked} blobs looked at, ${sizeOf(readBytes)} read: ${problemCount === 0 ? 'all' : checked - problemCount} as they should be, ${problemCount} not`,
    ...(withoutHash > 0 ? [`${withoutHash} of them have no hash to compare with, only their length`] : []),
    `${orphanCount} blobs that nothing names (${sizeOf(orphanBytes)}), ${young} more that have just come`,
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
