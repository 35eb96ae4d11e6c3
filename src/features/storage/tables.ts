import { boolean, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { StoreKind } from '../../blobs/blob-store'
import { moment } from '../../db/columns'

/** One row: where blobs lie. Made with the first start. */
export const blobPlace = pgTable('blob_place', {
  isOnly: boolean('is_only').primaryKey().default(true),
  home: text('home').$type<StoreKind>().notNull(),
  other: text('other').$type<StoreKind>(),
  writesTo: text('writes_to').$type<StoreKind>().notNull(),
  epoch: integer('epoch').notNull().default(1),
  changedAt: moment('changed_at').notNull(),
  mover: uuid('mover'),
  moverUntil: moment('mover_until'),
  storeId: uuid('store_id').notNull().defaultRandom(),
  markedAt: moment('marked_at'),
})
