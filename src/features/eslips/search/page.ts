import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { momentText } from '../../../core/moment'
import { decodeCursor, encodeCursor } from '../../../core/paging'
import { type ArchivedSlip, type ArchiveEntry, listArchives, readSorted } from '../archive'
import type { FiledSlip } from '../ingest'
import { findSlips, type SlipPosition } from './find'
import type { SlipFilter } from './schemas'

/**
 * One list of two halves, newest first. Days leave for the archive oldest first, so what lies there is older than all that
 * the database has: where the one ends, the other goes on.
 *
 * A day may leave between two pages, or within one. The database is read first, and of the archives only what is older than
 * the last slip that came from it: so none is missed, and none comes twice.
 */
export type FoundSlip = FiledSlip | ArchivedSlip

export interface FoundPage {
  rows: FoundSlip[]
  nextCursor: string | null
  /** Where a short page has a cursor: down to which moment was looked. */
  searchedTo: string | null
}

/** Archives that are opened for one page; no other is where so many rows have been looked at. */
const MOST_FILES = 40
const MOST_ROWS = 200_000
const DAY_MS = 86_400_000

const Moment = z.iso.datetime().transform((text) => momentText(Date.parse(text)))
const Live = z.tuple([z.literal('live'), Moment, z.uuid()])
const Archived = z.tuple([z.literal('archive'), z.iso.date(), Moment.nullable(), z.uuid().nullable()])

interface ArchivePlace {
  /** This day and older ones. */
  day: string | undefined
  /** The last slip that was given. */
  before: SlipPosition | undefined
}

export async function findPage(
  ctx: Ctx,
  filter: SlipFilter,
  page: { cursor?: string | undefined; limit: number },
): Promise<FoundPage> {
  const { after, place } = readCursor(page.cursor)
  if (place !== undefined) return findInArchives(ctx, filter, place, page.limit)
  const { rows, next } = await findSlips(ctx, filter, { after, limit: page.limit })
  if (next !== undefined)
    return {
      rows,
      nextCursor: encodeCursor(['live', next.filedAt, next.id]),
      searchedTo: rows.length < page.limit ? next.filedAt : null,
    }
  const before = rows.at(-1) ?? after
  const archived = await findInArchives(ctx, filter, { day: undefined, before }, page.limit - rows.length)
  return { ...archived, rows: [...rows, ...archived.rows] }
}

function readCursor(cursor: string | undefined): { after?: SlipPosition; place?: ArchivePlace } {
  if (cursor === undefined) return {}
  const half = decodeCursor(cursor, z.tuple([z.enum(['live', 'archive'])], z.unknown()))[0]
  if (half === 'live') {
    const [, filedAt, id] = decodeCursor(cursor, Live)
    return { after: { filedAt, id } }
  }
  const [, day, filedAt, id] = decodeCursor(cursor, Archived)
  return { place: { day, before: filedAt === null || id === null ? undefined : { filedAt, id } } }
}

async function findInArchives(
  ctx: Ctx,
  filter: SlipFilter,
  { day, before }: ArchivePlace,
  limit: number,
): Promise<FoundPage> {
  const bounds = [
    filter.to,
    day === undefined ? undefined : momentText(Date.parse(day) + DAY_MS),
    before === undefined ? undefined : momentText(Date.parse(before.filedAt) + 1),
  ].filter((one) => one !== undefined)
  const to = bounds.length === 0 ? undefined : momentText(Math.min(...bounds.map((one) => Date.parse(one))))
  const period = {
    ...(filter.from === undefined ? {} : { from: filter.from }),
    ...(to === undefined ? {} : { to }),
  }
  const archives = await listArchives(ctx, { ...period, order: 'newest-day', limit: MOST_FILES + 1 })
  const rows: FoundSlip[] = []
  const goOnAt = (archive: ArchiveEntry): FoundPage => {
    const last = rows.at(-1) ?? before
    return {
      rows,
      nextCursor: encodeCursor(['archive', archive.day, last?.filedAt ?? null, last?.id ?? null]),
      searchedTo: rows.length < limit ? `${archive.day}T23:59:59.999Z` : null,
    }
  }
  let budget = MOST_ROWS
  for (const [index, archive] of archives.entries()) {
    if (rows.length >= limit || budget <= 0 || index === MOST_FILES) return goOnAt(archive)
    const found = await readSorted(ctx, archive, {
      filter: { ...filter, ...period },
      order: 'newest',
      after: before,
      limit: limit - rows.length,
    })
    budget -= found.looked
    rows.push(...found.rows)
    if (found.hasMore) return goOnAt(archive)
  }
  return { rows, nextCursor: null, searchedTo: null }
}
