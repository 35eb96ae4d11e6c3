import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { id, moment, textArray } from '../../../db/columns'
import { terminals } from '../../terminals/tables'
import { apps, appVersions } from '../catalog/tables'
import type { Want } from './lists'
import type { SetConditions } from './schemas'

export const appSets = pgTable('app_sets', {
  id: id().primaryKey(),
  name: text('name').notNull(),
  notes: text('notes').notNull().default(''),
  /** Whether a new revision waits for a rollout, or goes to all terminals at once. */
  goesInWaves: boolean('goes_in_waves').notNull().default(false),
  /** The newest one; it grows with every change of what terminals are to have. */
  revision: integer('revision').notNull().default(1),
  /** The one that all connected terminals are to have; those that a rollout has reached are ahead of it. */
  releasedRevision: integer('released_revision').notNull().default(1),
  /** Grows with every change at all: who changes an older one is told. */
  edition: integer('edition').notNull().default(1),
  createdBy: text('created_by').notNull(),
  createdAt: moment('created_at').notNull(),
  updatedBy: text('updated_by').notNull(),
  updatedAt: moment('updated_at').notNull(),
})

/** What the terminals of a set were to have, revision by revision; none is ever changed. */
export const appSetRevisions = pgTable(
  'app_set_revisions',
  {
    setId: uuid('set_id')
      .notNull()
      .references(() => appSets.id),
    revision: integer('revision').notNull(),
    removesOthers: boolean('removes_others').notNull(),
    conditions: jsonb('conditions').$type<SetConditions>().notNull().default({}),
    /** The packages it installs: from then on they are managed on its terminals, and go when no line names them any more. */
    present: textArray('present').notNull(),
    /** Somebody changed the set, or a newer version of an application arrived. */
    madeFor: text('made_for').$type<'change' | 'newest'>().notNull(),
    madeBy: text('made_by').notNull(),
    madeAt: moment('made_at').notNull(),
    /** Since when all terminals of the set are led to it, or were; what a rollout brings to some is remembered with these. */
    releasedAt: moment('released_at'),
  },
  (table) => [primaryKey({ columns: [table.setId, table.revision] })],
)

export const appSetLines = pgTable(
  'app_set_lines',
  {
    setId: uuid('set_id').notNull(),
    revision: integer('revision').notNull(),
    position: integer('position').notNull(),
    /** Null where the application was never uploaded, which must be absent, or is deleted since. */
    appId: uuid('app_id').references(() => apps.id),
    package: text('package').notNull(),
    want: text('want').$type<Want>().notNull(),
    /** The one it came to when the revision was made, also of the newest; null of an absent one, and once it is deleted. */
    versionId: uuid('version_id').references(() => appVersions.id),
    versionCode: bigint('version_code', { mode: 'number' }),
    versionName: text('version_name'),
  },
  (table) => [primaryKey({ columns: [table.setId, table.revision, table.position] })],
)

/** Which terminal has which set: one at most. */
export const appConnections = pgTable('app_connections', {
  terminalId: uuid('terminal_id')
    .primaryKey()
    .references(() => terminals.id),
  setId: uuid('set_id')
    .notNull()
    .references(() => appSets.id),
  /** What the set meant when it was connected; what earlier revisions installed elsewhere is not this terminal's matter. */
  sinceRevision: integer('since_revision').notNull(),
  /** The one that a rollout has brought it to, where that is ahead of the released one. */
  pinnedRevision: integer('pinned_revision'),
  connectedBy: text('connected_by').notNull(),
  connectedAt: moment('connected_at').notNull(),
})

export const appConnectionHistory = pgTable('app_connection_history', {
  id: id().primaryKey(),
  terminalId: uuid('terminal_id').notNull(),
  setId: uuid('set_id').notNull(),
  setName: text('set_name').notNull(),
  what: text('what').$type<'connected' | 'disconnected'>().notNull(),
  byName: text('by_name').notNull(),
  at: moment('at').notNull(),
})

/** Never removed from a terminal: a package, or a name that ends in `.*` for all that begin so. */
export const appProtected = pgTable('app_protected', {
  pattern: text('pattern').primaryKey(),
  notes: text('notes').notNull().default(''),
  addedBy: text('added_by').notNull(),
  addedAt: moment('added_at').notNull(),
})
