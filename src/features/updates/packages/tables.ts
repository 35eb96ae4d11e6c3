import { bigint, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { PlatformId } from '../../../core/platforms'
import { id, moment, textArray } from '../../../db/columns'
import type { PackageKind } from './lists'
import type { Inspected, PackageWarning } from './schemas'

export const packages = pgTable('packages', {
  id: id().primaryKey(),
  platform: text('platform').$type<PlatformId>().notNull(),
  component: text('component').notNull(),
  version: text('version').notNull(),
  /** None: for all models of the platform. */
  models: textArray('models').notNull().default([]),
  /** Of an incremental package: the version that must be there before. */
  fromVersion: text('from_version'),
  kind: text('kind').$type<PackageKind>().notNull(),
  notes: text('notes').notNull().default(''),
  inspected: jsonb('inspected').$type<Inspected>().notNull().default({}),
  warnings: jsonb('warnings').$type<PackageWarning[]>().notNull().default([]),
  fileCount: integer('file_count').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  /** By which its first file came: who asks again, because the answer got lost, gets the same package. */
  uploadId: uuid('upload_id').unique(),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
})

/** In the order in which the terminal takes them. */
export const packageFiles = pgTable(
  'package_files',
  {
    packageId: uuid('package_id')
      .notNull()
      .references(() => packages.id),
    position: integer('position').notNull(),
    name: text('name').notNull(),
    target: text('target').notNull(),
    sha256: text('sha256').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    blobKey: text('blob_key').notNull(),
  },
  (table) => [primaryKey({ columns: [table.packageId, table.position] })],
)
