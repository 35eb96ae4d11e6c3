import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, id, moment } from '../../db/columns'

export const credentials = pgTable('credentials', {
  id: id().primaryKey(),
  subjectKind: text('subject_kind').$type<'terminal' | 'api_key'>().notNull(),
  subjectId: uuid('subject_id').notNull(),
  tokenHash: bytea('token_hash').notNull().unique(),
  state: text('state').$type<'pending' | 'current' | 'retiring' | 'ended'>().notNull(),
  origin: text('origin').$type<'enrollment' | 'rotation' | 'creation'>().notNull(),
  originId: uuid('origin_id'),
  createdAt: moment('created_at').notNull().defaultNow(),
  firstUsedAt: moment('first_used_at'),
  expiresAt: moment('expires_at'),
  endedAt: moment('ended_at'),
  hint: text('hint'),
  lastUsedAt: moment('last_used_at'),
  lastUsedAddress: text('last_used_address'),
})
