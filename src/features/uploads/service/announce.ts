import { and, asc, desc, eq, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { decodeCursor, toPage } from '../../../core/paging'
import { mutation, mutations, query } from '../../../core/verb'
import { choosePartBytes, partCountOf } from '../decide'
import { tooManyUploads, uploadTooLarge } from '../errors'
import { CreateUploadInput, ListUploadsInput, UPLOAD_PURPOSES, UploadRef } from '../schemas'
import { uploadParts, uploads } from '../tables'
import { finishUpload } from './open'
import { expiryOf, findOwn, isOwn, ownerOf, toSummary } from './own'
import { removeEnded } from './sweep'

const MIB = 1024 * 1024
const OWNER_LOCK = 7733011

/**
 * Announces a file that will come in parts. `upload_too_large`, or `too_many_uploads` where the caller has as many
 * files or bytes open as the settings allow.
 *
 * No audit row: an upload is a message on its way, which nobody but its sender can see and which changes nothing. What
 * is made of it is audited by the verb that uses it.
 */
export const createUpload = mutation(
  { permission: 'uploads:write', input: CreateUploadInput },
  async (scope, input) => {
    scope.changedNothingShared()
    const { partKib, maxMib, openMax, openMaxMib } = scope.settings.uploads
    const purposeBytes = input.purpose === undefined ? Infinity : UPLOAD_PURPOSES[input.purpose].maxBytes
    const maxBytes = Math.min(maxMib * MIB, purposeBytes)
    if (input.sizeBytes > maxBytes) throw uploadTooLarge({ values: { maxBytes } })
    const owner = ownerOf(scope.actor)
    await scope.db.execute(sql`select pg_advisory_xact_lock(${OWNER_LOCK}, hashtext(${owner}))`)
    const [open] = await scope.db
      .select({
        count: sql<number>`count(*)::int`,
        bytes: sql<number>`coalesce(sum(${uploads.sizeBytes}), 0)::float8`,
      })
      .from(uploads)
      .where(isOwn(scope))
    const openBytes = (open?.bytes ?? 0) + input.sizeBytes
    if ((open?.count ?? 0) >= openMax || openBytes > openMaxMib * MIB)
      throw tooManyUploads({ values: { openMax, openMaxBytes: openMaxMib * MIB } })
    const now = scope.clock.now()
    const row = {
      id: newId(now.getTime()),
      owner,
      fileName: input.fileName,
      sizeBytes: input.sizeBytes,
      partBytes: choosePartBytes(input.sizeBytes, partKib * 1024),
      createdAt: now,
      expiresAt: expiryOf(scope),
    }
    await scope.db.insert(uploads).values(row)
    return toSummary(row)
  },
)

/** What of an upload is there: whoever lost the connection, or the page, goes on with the parts that are not. */
export const getUpload = query({ permission: 'uploads:write', input: UploadRef }, async (ctx, input) => {
  const row = await findOwn(ctx, input.uploadId)
  const parts = await ctx.db
    .select({ index: uploadParts.partIndex })
    .from(uploadParts)
    .where(and(eq(uploadParts.uploadId, row.id), eq(uploadParts.state, 'kept')))
    .orderBy(asc(uploadParts.partIndex))
  return {
    ...toSummary(row),
    receivedParts: parts.map((part) => part.index),
    isComplete: parts.length === partCountOf(row),
  }
})

const Position = z.tuple([z.uuid()])

/** The caller's own uploads, newest first. */
export const listUploads = query(
  { permission: 'uploads:write', input: ListUploadsInput },
  async (ctx, input) => {
    const after =
      input.cursor === undefined ? undefined : lt(uploads.id, decodeCursor(input.cursor, Position)[0])
    const rows = await ctx.db
      .select()
      .from(uploads)
      .where(and(isOwn(ctx), after))
      .orderBy(desc(uploads.id))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.id], toSummary)
  },
)

const endUpload = mutation({ permission: 'uploads:write', input: UploadRef }, async (scope, input) => {
  scope.changedNothingShared()
  await finishUpload(scope, input.uploadId)
})

/** Gives an upload up: its bytes are removed. */
export const discardUpload = mutations(
  { permission: 'uploads:write', input: UploadRef },
  async (ctx: Ctx, input) => {
    await endUpload(ctx, input)
    await removeEnded(ctx, input.uploadId)
    return { uploadId: input.uploadId }
  },
)
