import { type Ctx, type Visibility, visibilityOf } from '../../../core/context'
import { type ArchiveEntry, listArchives, readArchive } from '../archive'
import type { FoundSlip } from '../search'
import { readSlips } from './read'
import type { PullFilter } from './schemas'

/**
 * Where a reader of all slips is: it has had every slip numbered up to `seq`, and every slip of the archives numbered up to
 * `archive`, and of the archive after that what lies above `row`. So a day that leaves the database changes nothing for a
 * reader that has passed it, and one that has not finds it in the archive.
 */
export interface Place {
  seq: number
  archive: number
  row: number
}

export interface ReadOn {
  rows: FoundSlip[]
  place: Place
  hasMore: boolean
}

/**
 * The slips that follow a place: those of archives it has not had, then those of the database.
 *
 * The database is read first and then looked whether an archive has appeared that this place has not had: if so, what was
 * read is left, and the archive is read instead. The other way round a day that leaves between the two would be missed.
 */
export async function readOn(
  ctx: Ctx,
  filter: PullFilter,
  place: Place,
  limit: number,
  visibility: Visibility = visibilityOf(ctx.actor),
): Promise<ReadOn> {
  const live = await readSlips(ctx, filter, { afterSeq: place.seq, limit }, visibility)
  const archive = await nextArchive(ctx, place)
  if (archive !== undefined) return readOnInArchive(ctx, archive, place, { filter, limit, visibility })
  return { rows: live.rows, place: { ...place, seq: live.toSeq, row: 0 }, hasMore: live.hasMore }
}

/** The first archive that has slips this place has not had. */
async function nextArchive(ctx: Ctx, { seq, archive }: Place): Promise<ArchiveEntry | undefined> {
  const [next] = await listArchives(ctx, {
    afterNumber: archive,
    afterSeq: seq,
    order: 'number',
    limit: 1,
  })
  return next
}

async function readOnInArchive(
  ctx: Ctx,
  archive: ArchiveEntry,
  place: Place,
  { filter, limit, visibility }: { filter: PullFilter; limit: number; visibility: Visibility },
): Promise<ReadOn> {
  // `row` counts in the archive that follows those it has had; where that one has none of its slips, another is next.
  const startRow = archive.number === place.archive + 1 ? place.row : 0
  const { rows, nextRow } = await readArchive(ctx, archive, {
    filter: { ...filter, afterSeq: place.seq },
    startRow,
    limit,
    visibility,
  })
  const next =
    nextRow === null
      ? { seq: place.seq, archive: archive.number, row: 0 }
      : { seq: place.seq, archive: archive.number - 1, row: nextRow }
  return { rows, place: next, hasMore: true }
}
