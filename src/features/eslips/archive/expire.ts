import { and, asc, gt, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { type BlobKey, checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { databaseFailure } from '../../../core/database-failure'
import { isFailure } from '../../../core/errors'
import { inMutation } from '../../../core/verb'
import type { JobRun } from '../../../jobs/schedule'
import { dayOf } from '../ingest'
import { decodeGroups } from './format/decode'
import { addDays } from './make/days'
import { newCache } from './read/cache'
import { openFile } from './read/file'
import { eslipArchives } from './tables'

export const EXPIRE_JOB = 'delete-expired-eslips'
const BATCH = 200
const MOST_SHOWN = 50

/**
 * Deletes archives whose slips are older than the retention, unless a hold keeps them. First the archive is marked, which
 * hides it from everybody; then the identities of its slips go, and the file last. A server that dies in between leaves
 * the mark, and the next run goes on from there. The manifest stays, so the chain can be verified for ever.
 */
export async function expireArchives(ctx: Ctx, run: JobRun): Promise<Record<string, unknown>> {
  const { retentionDays } = ctx.settings.slips
  if (retentionDays === undefined) return { isOff: true }
  const before = addDays(dayOf(ctx.clock.now().getTime()), -retentionDays)
  if (run.isDryRun) return judge(ctx, before)
  let [deleted, held, last] = [0, 0, 0]
  for (let found = BATCH; found === BATCH; ) {
    const rows = await expiredAfter(ctx, before, last)
    for (const row of rows) {
      run.signal.throwIfAborted()
      if (await markDeleted(ctx, row.number, before, run.fence)) deleted++
      else held++
    }
    last = rows.at(-1)?.number ?? last
    found = rows.length
  }
  const emptied = await emptyDeleted(ctx, run)
  return { archivesDeleted: deleted, archivesHeld: held, ...emptied }
}

function expiredAfter({ db }: Ctx, before: string, after: number) {
  return db
    .select({
      number: eslipArchives.number,
      day: eslipArchives.day,
      rows: eslipArchives.rows,
      sizeBytes: eslipArchives.sizeBytes,
      isHeld: sql<boolean>`psm_is_eslip_archive_held(${eslipArchives.day}, ${eslipArchives.merchantIds})`,
    })
    .from(eslipArchives)
    .where(
      and(isNull(eslipArchives.deletedAt), lt(eslipArchives.day, before), gt(eslipArchives.number, after)),
    )
    .orderBy(asc(eslipArchives.number))
    .limit(BATCH)
}

/** What a run would delete, and what holds keep. */
async function judge(ctx: Ctx, before: string): Promise<Record<string, unknown>> {
  const days: string[] = []
  const told = { archivesDeleted: 0, archivesHeld: 0, slips: 0, sizeBytes: 0 }
  for (let [found, last] = [BATCH, 0]; found === BATCH; ) {
    const rows = await expiredAfter(ctx, before, last)
    for (const row of rows) {
      if (row.isHeld) {
        told.archivesHeld++
        continue
      }
      told.archivesDeleted++
      told.slips += row.rows
      told.sizeBytes += row.sizeBytes
      if (days.length < MOST_SHOWN) days.push(row.day)
    }
    last = rows.at(-1)?.number ?? last
    found = rows.length
  }
  return { ...told, firstDays: days }
}

/** False where a hold came meanwhile. The database asks again for age, hold and lease. */
function markDeleted(ctx: Ctx, number: number, before: string, fence: number): Promise<boolean> {
  return inMutation(ctx, async (scope) => {
    const [told] = (await scope.db.execute(
      sql`select psm_delete_eslip_archive(${number}, ${before}::text::date, ${EXPIRE_JOB}, ${fence}) as "isDone",
        a.day::text as day, a.rows, a.sha256 from eslip_archives a where a.number = ${number}`,
    )) as unknown as { isDone: boolean; day: string; rows: number; sha256: string }[]
    if (!told?.isDone) {
      scope.nothingChanged()
      return false
    }
    scope.audit({
      action: 'eslip_archive.deleted',
      subject: { kind: 'eslip_archive', id: String(number), label: `${number} (${told.day})` },
      before: { slips: told.rows, sha256: told.sha256 },
    })
    return true
  })
}

/** Takes away what deleted archives have left, also by runs that died. A damaged file holds up no other, and fails the run. */
async function emptyDeleted(ctx: Ctx, run: JobRun): Promise<{ slips: number; sizeBytes: number }> {
  const rows = await ctx.db
    .select({
      number: eslipArchives.number,
      blobKey: eslipArchives.blobKey,
      sizeBytes: eslipArchives.sizeBytes,
    })
    .from(eslipArchives)
    .where(and(isNotNull(eslipArchives.deletedAt), isNull(eslipArchives.emptiedAt)))
    .orderBy(asc(eslipArchives.number))
  const unreadable: number[] = []
  let [slips, sizeBytes] = [0, 0]
  for (const [done, { number, blobKey, sizeBytes: size }] of rows.entries()) {
    run.signal.throwIfAborted()
    run.report({ done, total: rows.length, step: 'deleting' })
    try {
      slips += await empty(ctx, number, checkKey(blobKey))
      sizeBytes += size
    } catch (error) {
      if (databaseFailure(error) !== undefined || (isFailure(error) && error.kind === 'unavailable'))
        throw error
      ctx.log.error('eslip_archive_not_emptied', { number, error: error as Error })
      unreadable.push(number)
    }
  }
  if (unreadable.length > 0)
    throw new Error(
      `Deleted archives whose files cannot be read: ${unreadable.join(', ')}. These files, and what is known of their slips, are still there.`,
    )
  return { slips, sizeBytes }
}

async function empty(ctx: Ctx, number: number, key: BlobKey): Promise<number> {
  // The file goes last: where it is gone, so are the identities, or nobody can tell them any more.
  const gone = (await ctx.blobs.head(key)) === undefined ? 0 : await forgetIdentities(ctx, number, key)
  await ctx.blobs.delete(key)
  await ctx.sql`select psm_note_eslip_archive_emptied(${number})`
  return gone
}

async function forgetIdentities(ctx: Ctx, number: number, key: BlobKey): Promise<number> {
  const { buffer, metadata } = await openFile(ctx, key, newCache())
  let gone = 0
  for await (const rows of decodeGroups(buffer, metadata, ['terminal_id', 'identity', 'id'])) {
    const [terminalIds, identities, ids] = [0, 1, 2].map((at) => rows.map((row) => String(row[at])))
    const [told] = await ctx.sql<{ gone: number }[]>`
      select psm_forget_eslip_identities(${number}, ${terminalIds ?? []}::uuid[], ${identities ?? []}::uuid[],
        ${ids ?? []}::uuid[]) as gone`
    gone += told?.gone ?? 0
  }
  return gone
}
