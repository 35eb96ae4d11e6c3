import { bigint, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, id, moment } from '../../../db/columns'
import type { Charset, RequestOutcome } from './lists'

/** Where a block lies in the blob, and what is in it. Rows are counted from 0 through the whole log. */
export interface Block {
  at: number
  packedBytes: number
  sizeBytes: number
  row: number
  rows: number
  /** By the terminal's clock, `2026-11-27T10:00:00`; null where no row says one. */
  firstTime: string | null
  lastTime: string | null
}

export const ecrLogs = pgTable('ecr_logs', {
  id: id().primaryKey(),
  terminalId: uuid('terminal_id').notNull(),
  name: text('name').notNull(),
  version: integer('version'),
  state: text('state').$type<'coming' | 'kept' | 'ended'>().notNull(),
  blobKey: text('blob_key').notNull(),
  charset: text('charset').$type<Charset>().notNull(),
  contentMac: bytea('content_mac'),
  receivedBytes: bigint('received_bytes', { mode: 'number' }).notNull().default(0),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull().default(0),
  packedBytes: bigint('packed_bytes', { mode: 'number' }).notNull().default(0),
  packedSha256: text('packed_sha256'),
  rows: integer('rows').notNull().default(0),
  cardNumbers: integer('card_numbers').notNull().default(0),
  blocks: jsonb('blocks').$type<Block[]>().notNull().default([]),
  firstTime: text('first_time'),
  lastTime: text('last_time'),
  fromAt: moment('from_at'),
  toAt: moment('to_at'),
  receivedAt: moment('received_at').notNull(),
})

export const ecrLogRequests = pgTable('ecr_log_requests', {
  id: id().primaryKey(),
  terminalId: uuid('terminal_id').notNull(),
  fromAt: moment('from_at').notNull(),
  toAt: moment('to_at').notNull(),
  requestedBy: text('requested_by').notNull(),
  requestedAt: moment('requested_at').notNull(),
  endedAt: moment('ended_at'),
  /** The log that came for it; null where none did, or it has been deleted since. */
  logId: uuid('log_id'),
  /** Null while it is open. */
  outcome: text('outcome').$type<RequestOutcome>(),
  failures: integer('failures').notNull().default(0),
  retryAt: moment('retry_at'),
  reason: text('reason'),
  vendorCode: text('vendor_code'),
  message: text('message'),
})
