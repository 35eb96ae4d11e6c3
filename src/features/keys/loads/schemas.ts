import { z } from 'zod'
import { LANGUAGES } from '../../../core/languages'
import { pageInput, pageOf } from '../../../core/paging'
import { PLATFORM_IDS } from '../../../core/platforms'
import { TERMINAL_STATES } from '../../terminals/lists'
import { KEY_ALARMS, KEY_FILE_STATES, KEY_LOAD_STATES, MOST_AT_ONCE } from '../lists'

const state = z.enum(KEY_FILE_STATES)
const alarm = z.enum(KEY_ALARMS)

/** What needs somebody to look at it. */
export const KEY_NEEDS = ['requested', 'alarm', 'suspended'] as const

export const KeyLoadFilter = z.strictObject({
  search: z.string().max(128).optional().describe('Start of a serial number or TID.'),
  platform: z.enum(PLATFORM_IDS).optional(),
  state: z.enum(KEY_LOAD_STATES).optional(),
  need: z
    .enum(KEY_NEEDS)
    .optional()
    .describe('Keys asked for and none deposited, an alarm, or delivery stopped.'),
  batch: z.string().max(64).optional().describe("The batch of a terminal's newest file."),
})
export type KeyLoadFilter = z.infer<typeof KeyLoadFilter>

export const ListKeyLoadsInput = z.strictObject({ ...pageInput, ...KeyLoadFilter.shape })

const KeySlot = z.object({
  slot: z.string(),
  type: z.string(),
  usage: z.string().nullable().describe('Key usage of the header (X9.143), such as P0.'),
  algorithm: z.string().nullable(),
  mode: z.string().nullable(),
  keyVersion: z.string().nullable(),
  exportability: z.string().nullable(),
  kcv: z.string().nullable(),
  kcvAlgorithm: z.enum(['legacy', 'cmac']).nullable(),
})

export const KeyFileView = z.object({
  id: z.uuid(),
  terminalId: z.uuid(),
  serial: z.string(),
  sequence: z.number().int(),
  kind: z.enum(['opaque', 'bundle']),
  batch: z.string().nullable(),
  depositor: z.string(),
  depositedAt: z.iso.datetime(),
  sha256: z.string(),
  sizeBytes: z.number().int(),
  state,
  stateAt: z.iso.datetime(),
  reason: z.string().nullable(),
  notAfter: z.iso.datetime().nullable(),
  approvedBy: z.string().nullable(),
  retryAt: z.iso.datetime().nullable(),
  fetches: z.number().int().describe('In the lease that runs.'),
  leaseUntil: z.iso.datetime().nullable(),
  reoffers: z.number().int(),
  slots: z.array(KeySlot),
  transportKcv: z.string().nullable(),
  warnings: z.array(z.number().int()).describe('Numbers of the rules that warn.'),
  reportedKcvs: z.array(z.object({ slot: z.string(), kcv: z.string() })).nullable(),
  isPurged: z.boolean().describe('Its bytes are destroyed.'),
})
export type KeyFileView = z.infer<typeof KeyFileView>
export const KeyFilePage = pageOf(KeyFileView)

export const KeyLoadView = z.object({
  terminalId: z.uuid(),
  serial: z.string(),
  platform: z.enum(PLATFORM_IDS),
  terminalState: z.enum(TERMINAL_STATES),
  state: z.enum(KEY_LOAD_STATES),
  stateAt: z.iso.datetime().nullable(),
  file: KeyFileView.nullable().describe('The one with the highest sequence.'),
  installedSequence: z.number().int().nullable(),
  installedAt: z.iso.datetime().nullable(),
  requestedAt: z.iso.datetime().nullable().describe('The terminal has asked since, and there is no file.'),
  failures: z.number().int().describe('Since the last success.'),
  suspendedAt: z.iso.datetime().nullable().describe('Since then no keys are delivered.'),
  alarm: alarm.nullable(),
  alarmAt: z.iso.datetime().nullable(),
  transportKeyKcv: z.string().nullable().describe('As registered.'),
  reportedTransportKeyKcv: z.string().nullable().describe('As the terminal says.'),
})
export type KeyLoadView = z.infer<typeof KeyLoadView>
export const KeyLoadPage = pageOf(KeyLoadView)

export const KeyTerminalRef = z.strictObject({ terminalId: z.uuid() })

export const KeyCountsView = z.object({
  terminals: z.number().int(),
  states: z.array(z.object({ state: z.enum(KEY_LOAD_STATES), terminals: z.number().int() })),
  requested: z.number().int(),
  alarm: z.number().int(),
  suspended: z.number().int(),
})
export type KeyCountsView = z.infer<typeof KeyCountsView>

export const ListKeyFilesInput = z.strictObject({ ...pageInput, terminalId: z.uuid() })

export const KeyHistoryInput = z.strictObject({ ...pageInput, terminalId: z.uuid() })
export const KeyStep = z.object({
  seq: z.number().int(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string() }),
  address: z.string().nullable(),
  action: z.string(),
  sequence: z.number().int().nullable().describe('Of the file; null where it is about the terminal.'),
  changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
})
export type KeyStep = z.infer<typeof KeyStep>
export const KeyHistoryPage = pageOf(KeyStep)

const fileIds = z.array(z.uuid()).min(1).max(MOST_AT_ONCE)

/** Some files, or the next of a batch. */
export const ApproveKeysInput = z.union([
  z.strictObject({ fileIds }),
  z.strictObject({ batch: z.string().min(1).max(64) }),
])
export const ApprovedKeys = z.object({
  approved: z.number().int(),
  refused: z.array(z.object({ fileId: z.uuid(), code: z.enum(['key_file_not_waiting', 'key_own_deposit']) })),
  left: z.number().int().describe('Of the batch: what is still to be approved. Ask again.'),
})

export const RevokeKeysInput = z.strictObject({
  fileId: z.uuid(),
  reason: z.string().trim().min(3).max(200).describe('For the audit.'),
})

export const ListKeyBatchesInput = z.strictObject({ ...pageInput, search: z.string().max(64).optional() })
export const KeyBatchView = z.object({
  batch: z.string(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  deposited: z.number().int(),
  unapproved: z.number().int(),
  waiting: z.number().int().describe('Available or offered: on its way.'),
  delivered: z.number().int().describe('At the terminal, not said to be installed yet.'),
  installed: z.number().int(),
  failed: z.number().int(),
  ended: z.number().int().describe('Expired, superseded or revoked: purged without having been installed.'),
})
export type KeyBatchView = z.infer<typeof KeyBatchView>
export const KeyBatchPage = pageOf(KeyBatchView)

export const ExportKeyBatchInput = z.strictObject({
  batch: z.string().min(1).max(64),
  lang: z.enum(LANGUAGES).default('en'),
})
