import { bigint, date, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment } from '../../../db/columns'
import type { SlipSum } from './schemas'

export const eslipArchives = pgTable('eslip_archives', {
  number: integer('number').primaryKey(),
  day: date('day').notNull(),
  blobKey: text('blob_key').notNull(),
  manifestKey: text('manifest_key').notNull(),
  rows: integer('rows').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  sha256: text('sha256').notNull(),
  minSeq: bigint('min_seq', { mode: 'number' }).notNull(),
  maxSeq: bigint('max_seq', { mode: 'number' }).notNull(),
  minFiledAt: moment('min_filed_at').notNull(),
  maxFiledAt: moment('max_filed_at').notNull(),
  schemaVersion: integer('schema_version').notNull(),
  totals: jsonb('totals').$type<SlipSum[]>().notNull(),
  merchantIds: uuid('merchant_ids').array().notNull(),
  writtenAt: moment('written_at').notNull(),
  /** The text that is hashed; it lies beside the file too. */
  manifest: text('manifest').notNull(),
  previousHash: text('previous_hash').notNull(),
  hash: text('hash').notNull(),
  deletedAt: moment('deleted_at'),
  emptiedAt: moment('emptied_at'),
})
export type ArchiveRow = typeof eslipArchives.$inferSelect

export const eslipHolds = pgTable('eslip_holds', {
  id: id().primaryKey(),
  merchantId: uuid('merchant_id'),
  /** Both ends belong to it; null: without an end. */
  fromDay: date('from_day'),
  toDay: date('to_day'),
  reason: text('reason').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  releasedBy: text('released_by'),
  releasedAt: moment('released_at'),
})
export type HoldRow = typeof eslipHolds.$inferSelect
