import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from '../../../db/columns'
import type { Counts } from './count'
import type { Scope } from './scope'

/** Scopes too large to be counted at each look, and how they stood when they were counted last. */
export const analysisScopes = pgTable('analysis_scopes', {
  /** SHA-256 of the scope. */
  key: text('key').primaryKey(),
  scope: jsonb('scope').$type<Scope>().notNull(),
  askedAt: moment('asked_at').notNull(),
  /** Somebody wants newer numbers than there are. */
  wantedAt: moment('wanted_at'),
  countedAt: moment('counted_at'),
  tookMs: integer('took_ms'),
  counts: jsonb('counts').$type<Counts>(),
})
