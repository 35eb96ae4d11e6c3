import { bigint, boolean, date, json, numeric, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment } from '../../../db/columns'
import type { SlipResult, SlipType, TimeMark } from './lists'
import type { Slip } from './schemas'

export const eslips = pgTable(
  'eslips',
  {
    /** A UUID version 7 of `filedAt`. */
    id: uuid('id').notNull(),
    filedAt: moment('filed_at').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull().default(0),
    terminalId: uuid('terminal_id').notNull(),
    merchantId: uuid('merchant_id'),
    identity: uuid('identity').notNull(),
    contentDigest: uuid('content_digest').notNull(),
    receivedAt: moment('received_at').notNull(),
    timeMark: text('time_mark').$type<TimeMark>(),
    hadPan: boolean('had_pan').notNull(),
    hasOtherTid: boolean('has_other_tid').notNull(),
    type: text('type').$type<SlipType>().notNull(),
    result: text('result').$type<SlipResult>().notNull(),
    /** In minor units of the currency. */
    amount: bigint('amount', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    tid: text('tid'),
    mid: text('mid'),
    rrn: text('rrn'),
    authCode: text('auth_code'),
    receiptNo: text('receipt_no'),
    last4: text('last4'),
    scheme: text('scheme'),
    content: json('content').$type<Slip>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.filedAt, table.id] })],
)

export const eslipIdentities = pgTable(
  'eslip_identities',
  {
    terminalId: uuid('terminal_id').notNull(),
    identity: uuid('identity').notNull(),
    slipId: uuid('slip_id').notNull(),
    contentDigest: uuid('content_digest').notNull(),
  },
  (table) => [primaryKey({ columns: [table.terminalId, table.identity] })],
)

export const eslipHours = pgTable(
  'eslip_hours',
  {
    hour: moment('hour').notNull(),
    currency: text('currency').notNull(),
    type: text('type').$type<SlipType>().notNull(),
    result: text('result').$type<SlipResult>().notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
    amount: numeric('amount', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.hour, table.currency, table.type, table.result] })],
)

export const eslipHorizon = pgTable('eslip_horizon', {
  isOnly: boolean('is_only').primaryKey().default(true),
  /** The first day (UTC) that still takes slips. */
  sealedBefore: date('sealed_before').notNull(),
})
