import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { PlatformId } from '../../core/platforms'
import { id, moment } from '../../db/columns'

export const licenses = pgTable('licenses', {
  id: id().primaryKey(),
  serial: text('serial').notNull(),
  platform: text('platform').$type<PlatformId>().notNull(),
  product: text('product').notNull().default(''),
  licId: text('lic_id').notNull(),
  issuedAt: moment('issued_at'),
  validUntil: moment('valid_until'),
  sha256: text('sha256').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  blobKey: text('blob_key').notNull(),
  fileName: text('file_name').notNull(),
  format: text('format').notNull(),
  state: text('state').$type<'current' | 'replaced' | 'deleted'>().notNull().default('current'),
  replacesId: uuid('replaces_id'),
  sources: jsonb('sources').$type<Record<string, string>>().notNull().default({}),
  warnings: jsonb('warnings').$type<string[]>().notNull().default([]),
  importedBy: text('imported_by').notNull(),
  importedAt: moment('imported_at').notNull(),
  endedAt: moment('ended_at'),
  endedBy: text('ended_by'),
})

export const licenseDeliveries = pgTable(
  'license_deliveries',
  {
    licenseId: uuid('license_id')
      .notNull()
      .references(() => licenses.id),
    terminalId: uuid('terminal_id').notNull(),
    offeredAt: moment('offered_at'),
    fetchedAt: moment('fetched_at'),
    fetchedCount: integer('fetched_count').notNull().default(0),
    acceptedAt: moment('accepted_at'),
  },
  (table) => [primaryKey({ columns: [table.licenseId, table.terminalId] })],
)

/** Terminals without a licence, and those with one that waits. Kept by triggers, see drizzle/0008_status_at_scale.sql. */
export const terminalLicenseGaps = pgTable('terminal_license_gaps', {
  terminalId: uuid('terminal_id').primaryKey(),
  serial: text('serial').notNull(),
  kind: text('kind').$type<'none' | 'waiting'>().notNull(),
})
