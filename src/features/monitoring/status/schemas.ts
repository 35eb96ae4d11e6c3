import { z } from 'zod'
import { pageInput, pageOf } from '../../../core/paging'
import { PLATFORM_IDS } from '../../../core/platforms'
import { RESULT_REASONS, type ResultReason } from '../../actions/lists'
import { TERMINAL_STATES } from '../../terminals/lists'
import { CARD_SOURCES } from '../card-findings/lists'
import {
  CONNECTIVITY,
  EXPIRING_DAYS,
  LICENSE_STATES,
  SILENT_HOURS_MAX,
  UNREPORTED,
  UPDATE_STATES,
} from './lists'

/**
 * What a terminal says of itself (contract, "The one poll"). Every field is optional and bounded; unknown fields are
 * dropped. Browser-safe.
 */
const short = z.string().max(64)
const name = z.string().max(128)
const hex64 = z.string().regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
const kcv = z.string().regex(/^[0-9A-Fa-f]{4,10}$/, '4 to 10 hexadecimal digits')

const reportedTid = z.object({ tid: short, mid: short.optional(), acquirer: short.optional() })

export const Status = z
  .object({
    serial: short,
    tid: short.describe('Short form of tids with one entry.'),
    tids: z.array(reportedTid).max(20),
    model: name,
    os: name,
    abis: z
      .array(z.string().max(32))
      .max(16)
      .describe(
        'What native code the terminal runs (Android: `Build.SUPPORTED_ABIS`), the one it likes best first.',
      ),
    application: z.object({ name: name.optional(), version: short.optional() }),
    components: z.array(z.object({ name, version: short })).max(200),
    apps: z
      .array(
        z.object({
          package: z.string().max(255),
          versionCode: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
          versionName: name.optional(),
          signerSha256: hex64.optional(),
        }),
      )
      .max(500),
    licenses: z.array(z.object({ licId: name, sha256: hex64.optional() })).max(100),
    keys: z.array(z.object({ slot: short, kcv })).max(200),
    transportKeyKcv: kcv,
    ecr: z.object({ connected: z.boolean().optional(), protocol: short.optional() }),
    network: z.object({ type: short.optional(), operator: short.optional() }),
    printer: short,
  })
  .partial()
export type Status = z.infer<typeof Status>

const wholeNumber = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export const Vitals = z
  .object({
    signalDbm: z.number().min(-200).max(100),
    battery: z.object({ percent: z.number().min(0).max(100).optional(), charging: z.boolean().optional() }),
    freeBytes: wholeNumber,
    uptimeSeconds: wholeNumber,
    localTime: z.string().max(40).describe('RFC 3339 with the offset of the terminal; may be wrong.'),
    counters: z
      .object({ transactions: wholeNumber, declined: wholeNumber, unsettled: wholeNumber })
      .partial(),
  })
  .partial()
export type Vitals = z.infer<typeof Vitals>

export const CheckIn = z.object({
  status: Status.optional(),
  statusHash: z.string().min(1).max(128).optional().describe("The client's own hash of status, any text."),
  vitals: Vitals.optional(),
})
export type CheckIn = z.infer<typeof CheckIn>

/**
 * What the list, the export and bulk work choose terminals by; all of it must hold. What is not known is refused: a
 * mistyped filter would choose all terminals.
 */
export const StatusFilter = z.strictObject({
  search: z
    .string()
    .trim()
    .max(64)
    .optional()
    .describe('Start of a serial number, TID or MID; from 3 characters on any part of a serial number.'),
  platform: z.enum(PLATFORM_IDS).optional(),
  model: name.optional().describe('As the terminal reports it.'),
  appName: name.optional(),
  appVersion: short.optional(),
  groupId: z.uuid().optional(),
  merchantId: z.uuid().optional(),
  state: z.enum(TERMINAL_STATES).optional(),
  connectivity: z.enum(CONNECTIVITY).optional(),
  silentForHours: z
    .number()
    .min(0)
    .max(SILENT_HOURS_MAX)
    .optional()
    .describe('Has called before, but not within so many hours.'),
  hasMismatch: z.boolean().optional().describe('Contradicts what is registered of it.'),
  os: name.optional(),
  networkType: short.optional(),
  networkOperator: short.optional(),
  component: name.optional().describe('Reports a component of this name.'),
  componentVersion: short.optional().describe('Reports a component, that of the name, in this version.'),
  unreported: z.enum(UNREPORTED).optional().describe('Its status does not say this, or it sent none yet.'),
  license: z
    .enum(LICENSE_STATES)
    .optional()
    .describe(
      `none: no current licence; waiting: one that the terminal has not shown yet; expired; expiring: ends within ${EXPIRING_DAYS} days; held: none of these.`,
    ),
  update: z
    .enum(UPDATE_STATES)
    .optional()
    .describe('How the latest update that was offered stands; none: there was none.'),
  failure: z
    .enum(Object.keys(RESULT_REASONS) as [ResultReason, ...ResultReason[]])
    .optional()
    .describe('Why the latest licence, update, or other work of a kind failed or was rejected.'),
  appSet: name.optional().describe('Is connected to the set of applications of this name.'),
  hasAppSet: z.boolean().optional().describe('Is connected to any set of applications.'),
  inService: z.boolean().optional().describe('Neither retired nor revoked.'),
  hasCardFinding: z.boolean().optional().describe('Card numbers were cut out of what it sent.'),
  alertId: z.uuid().optional().describe('Is among the terminals that this alert is about now.'),
})
export type StatusFilter = z.infer<typeof StatusFilter>

export const ListStatusInput = StatusFilter.extend({
  ...pageInput,
  sort: z
    .enum(['serial', 'lastSeen'])
    .default('serial')
    .describe('By lastSeen, a terminal that never called comes before all that did.'),
  direction: z.enum(['asc', 'desc']).default('asc'),
})

export const StatusView = z.object({
  terminalId: z.uuid(),
  serial: z.string(),
  platform: z.string(),
  state: z.string(),
  tids: z.array(z.object({ acquirer: z.string(), tid: z.string(), mid: z.string() })),
  merchantId: z.uuid().nullable(),
  merchantName: z.string().nullable(),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
  connectivity: z.enum(CONNECTIVITY),
  lastSeenAt: z.iso.datetime().nullable(),
  clockSkewMs: z.number().nullable(),
  model: z.string().nullable(),
  os: z.string().nullable(),
  appName: z.string().nullable(),
  appVersion: z.string().nullable(),
  mismatches: z.array(z.string()),
  hasCardFinding: z.boolean(),
  network: Status.shape.network.unwrap().nullable(),
  printer: z.string().nullable(),
  vitals: z.unknown(),
})
export type StatusView = z.infer<typeof StatusView>
export const StatusPage = pageOf(StatusView)

export const StatusDetails = StatusView.extend({
  status: z.unknown(),
  statusAt: z.iso.datetime().nullable(),
  cardFindings: z.array(
    z.object({
      source: z.enum(CARD_SOURCES),
      count: z.number().int().describe('Numbers that were cut; of slips, slips that had some.'),
      firstAt: z.iso.datetime(),
      lastAt: z.iso.datetime(),
    }),
  ),
})

const counter = z.number().int()

export const FleetCounters = z.object({
  terminals: counter,
  /** Of terminals in service: neither retired nor revoked. */
  connectivity: z.object({ online: counter, late: counter, lost: counter, never: counter }),
  platforms: z.record(z.string(), counter),
  states: z.record(z.string(), counter),
  /** The most frequent ones, with how many have them. */
  appVersions: z.array(
    z.object({ appName: z.string().nullable(), appVersion: z.string(), terminals: counter }),
  ),
})
export type FleetCounters = z.infer<typeof FleetCounters>
