import { bigint, boolean, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { bytea, id, moment, textArray } from '../../../db/columns'
import type { AppSignature, AppWarning } from './schemas'

export const apps = pgTable('apps', {
  id: id().primaryKey(),
  /** The application's own name for itself, such as `com.example.loyalty`. */
  package: text('package').notNull().unique(),
  notes: text('notes').notNull().default(''),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
})

/** One APK each. */
export const appVersions = pgTable(
  'app_versions',
  {
    id: id().primaryKey(),
    appId: uuid('app_id')
      .notNull()
      .references(() => apps.id),
    versionCode: bigint('version_code', { mode: 'number' }).notNull(),
    versionName: text('version_name').notNull().default(''),
    label: text('label').notNull(),
    labelEn: text('label_en'),
    labelRu: text('label_ru'),
    icon: bytea('icon'),
    iconType: text('icon_type').$type<'image/png' | 'image/webp'>(),
    minSdk: integer('min_sdk').notNull(),
    targetSdk: integer('target_sdk').notNull(),
    permissions: textArray('permissions').notNull().default([]),
    /** None: it has no native code and runs anywhere. */
    abis: textArray('abis').notNull().default([]),
    /** SHA-256 of the certificates that signed it, and of those whose place they took by a proven rotation. */
    signers: textArray('signers').notNull(),
    earlierSigners: textArray('earlier_signers').notNull().default([]),
    signature: jsonb('signature').$type<AppSignature>().notNull(),
    isDebuggable: boolean('is_debuggable').notNull(),
    isTestOnly: boolean('is_test_only').notNull(),
    warnings: jsonb('warnings').$type<AppWarning[]>().notNull().default([]),
    fileName: text('file_name').notNull(),
    sha256: text('sha256').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    blobKey: text('blob_key').notNull(),
    /** Why an administrator let it in though another signer made it than the versions before. */
    overrideReason: text('override_reason'),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [unique().on(table.appId, table.versionCode)],
)
