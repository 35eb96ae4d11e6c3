import { boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { appVersions } from '../catalog/tables'

/** Uploads that versions were made of, or that brought what was there: who asks again is told the same. */
export const appIntakes = pgTable('app_intakes', {
  uploadId: uuid('upload_id').primaryKey(),
  versionId: uuid('version_id')
    .notNull()
    .references(() => appVersions.id),
  isNew: boolean('is_new').notNull(),
  takenBy: text('taken_by').notNull(),
})
