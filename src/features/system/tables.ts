import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { StoreKind } from '../../blobs/blob-store'
import { id, moment } from '../../db/columns'
import type { SecretPrints } from './secrets'

/** Written by heartbeat.ts in raw statements. */
export const serverInstances = pgTable('server_instances', {
  id: id().primaryKey(),
  host: text('host').notNull(),
  version: text('version').notNull(),
  runtime: text('runtime').notNull(),
  startedAt: moment('started_at').notNull(),
  seenAt: moment('seen_at').notNull(),
  /** By which epoch of `blob_place` it works, and which stores its settings name. */
  blobEpoch: integer('blob_epoch').notNull().default(0),
  /** No put that began before this one is still under way. */
  blobDrainedEpoch: integer('blob_drained_epoch').notNull().default(0),
  blobStores: text('blob_stores').array().$type<StoreKind[]>().notNull().default([]),
  /** By what its secrets are known again, and since when they are these. No answer has them. */
  secretPrints: jsonb('secret_prints').$type<SecretPrints>(),
  printsSince: moment('prints_since'),
})
