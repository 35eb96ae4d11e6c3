import { bigint, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, id, moment } from '../../db/columns'
import type { KeyAlarm, KeyFileState, KeyLoadState } from './lists'

/** What is known of one key in a file; never its bytes. */
export interface SlotFacts {
  slot: string
  type: string
  usage: string | null
  algorithm: string | null
  mode: string | null
  keyVersion: string | null
  exportability: string | null
  kcv: string | null
  kcvAlgorithm: 'legacy' | 'cmac' | null
}

/** A terminal's word on a key file, as it is kept. */
export interface KeyResultFacts {
  state: 'installed' | 'failed'
  reason: string | null
  kcvs: { slot: string; kcv: string }[]
}

export const keyObjects = pgTable('key_objects', {
  blobKey: text('blob_key').primaryKey(),
  /** Of the sealed bytes; null where they were sealed before this was kept. */
  sizeBytes: integer('size_bytes'),
  sha256: text('sha256'),
  createdAt: moment('created_at').notNull(),
  endedAt: moment('ended_at'),
})

export const keyFiles = pgTable('key_files', {
  id: id().primaryKey(),
  terminalId: uuid('terminal_id').notNull(),
  sequence: bigint('sequence', { mode: 'number' }).notNull(),
  kind: text('kind').$type<'opaque' | 'bundle'>().notNull(),
  batch: text('batch'),
  depositorId: uuid('depositor_id'),
  depositorName: text('depositor_name').notNull(),
  depositedAt: moment('deposited_at').notNull(),
  sha256: text('sha256').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  state: text('state').$type<KeyFileState>().notNull(),
  stateAt: moment('state_at').notNull(),
  reason: text('reason'),
  notAfter: moment('not_after'),
  approvedBy: text('approved_by'),
  approvedAt: moment('approved_at'),
  offerId: uuid('offer_id').notNull().unique(),
  reoffers: integer('reoffers').notNull().default(0),
  firstFetchedAt: moment('first_fetched_at'),
  leaseUntil: moment('lease_until'),
  leaseFetches: integer('lease_fetches').notNull().default(0),
  retryAt: moment('retry_at'),
  confirmBy: moment('confirm_by'),
  slots: jsonb('slots').$type<SlotFacts[]>().notNull().default([]),
  transportKcv: text('transport_kcv'),
  warnings: integer('warnings').array().notNull().default([]),
  reportedKcvs: jsonb('reported_kcvs').$type<{ slot: string; kcv: string }[]>(),
  lateResult: jsonb('late_result').$type<KeyResultFacts>(),
  blobKey: text('blob_key'),
  wrappingKey: text('wrapping_key'),
  wrappedKey: bytea('wrapped_key'),
  purgedAt: moment('purged_at'),
})

export const keyPrints = pgTable(
  'key_prints',
  {
    fileId: uuid('file_id').notNull(),
    slot: text('slot').notNull(),
    kcv: text('kcv'),
    blockSha256: bytea('block_sha256'),
  },
  (table) => [primaryKey({ columns: [table.fileId, table.slot] })],
)

export const keyLoads = pgTable('key_loads', {
  terminalId: uuid('terminal_id').primaryKey(),
  state: text('state').$type<KeyLoadState>().notNull(),
  stateAt: moment('state_at').notNull(),
  fileId: uuid('file_id'),
  requestedAt: moment('requested_at'),
  installedSequence: bigint('installed_sequence', { mode: 'number' }),
  installedAt: moment('installed_at'),
  failures: integer('failures').notNull().default(0),
  suspendedAt: moment('suspended_at'),
  alarm: text('alarm').$type<KeyAlarm>(),
  alarmAt: moment('alarm_at'),
  otherTransportKcv: text('other_transport_kcv'),
})
