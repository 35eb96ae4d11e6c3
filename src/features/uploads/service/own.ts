import { and, eq, gt, type SQL } from 'drizzle-orm'
import type { Actor, Ctx } from '../../../core/context'
import { partCountOf } from '../decide'
import { uploadNotFound } from '../errors'
import type { UploadSummary } from '../schemas'
import { uploads } from '../tables'

export type UploadRow = typeof uploads.$inferSelect

/** Whose an upload is. Rights and limits of others change nothing about that: not even an administrator reads it. */
export function ownerOf(actor: Actor): string {
  return actor.kind === 'job' ? `job:${actor.name}` : `${actor.kind}:${actor.id}`
}

/** The caller's own uploads that live: a condition of every query. */
export function isOwn(ctx: Pick<Ctx, 'actor' | 'clock'>): SQL | undefined {
  return and(eq(uploads.owner, ownerOf(ctx.actor)), gt(uploads.expiresAt, ctx.clock.now()))
}

/** The caller's upload; one that is another's, expired or unknown is the same `upload_not_found`. */
export async function findOwn(ctx: Ctx, uploadId: string): Promise<UploadRow> {
  const [row] = await ctx.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, uploadId), isOwn(ctx)))
  if (row === undefined) throw uploadNotFound()
  return row
}

/** The same, locked for a change. */
export async function lockOwn(ctx: Ctx, uploadId: string): Promise<UploadRow> {
  const [row] = await ctx.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, uploadId), isOwn(ctx)))
    .for('update')
  if (row === undefined) throw uploadNotFound()
  return row
}

export function expiryOf(ctx: Pick<Ctx, 'clock' | 'settings'>): Date {
  return new Date(ctx.clock.now().getTime() + ctx.settings.uploads.expiresHours * 3_600_000)
}

export function toSummary(row: UploadRow): UploadSummary {
  return {
    uploadId: row.id,
    fileName: row.fileName,
    sizeBytes: row.sizeBytes,
    partBytes: row.partBytes,
    partCount: partCountOf(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
