import { z } from 'zod'
import { nameText } from '../../core/names'
import { pageInput, pageOf } from '../../core/paging'
import { PLATFORM_IDS } from '../../core/platforms'
import { isTimeZone } from '../../core/time-zone'
import { TERMINAL_STATES } from './lists'

/** Printable ASCII without blanks: what makers print on the case. */
export const Serial = z
  .string()
  .trim()
  .regex(/^[!-~]{1,64}$/, 'a serial number has 1 to 64 printable characters without blanks')
export const Tid = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z]{1,16}$/, 'a TID has 1 to 16 letters or digits')
export const Mid = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z]{0,15}$/, 'a MID has up to 15 letters or digits')
export const Acquirer = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z._-]{0,40}$/, 'an acquirer is named by up to 40 letters, digits, dots, dashes')
export const Platform = z.enum(PLATFORM_IDS)
export const TransportKeyKcv = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9A-F]{6,10}$/, 'a check value has 6 to 10 hexadecimal digits')

/** What is not known is refused: without its acquirer it would be another TID. */
export const TidEntry = z.strictObject({ acquirer: Acquirer.default(''), tid: Tid, mid: Mid.default('') })

const tidList = z
  .array(TidEntry)
  .max(20)
  .refine(
    (tids) => new Set(tids.map((tid) => tid.acquirer)).size === tids.length,
    'one TID for each acquirer',
  )

const details = {
  model: z.string().trim().max(100),
  merchantId: z.uuid().nullable(),
  address: z.string().trim().max(500),
  notes: z.string().trim().max(2000),
  checkInIntervalSeconds: z.number().int().min(10).max(604_800).nullable(),
  timeZone: z
    .string()
    .trim()
    .max(64)
    .refine(isTimeZone, 'a time zone is named as in the IANA database, such as Europe/Moscow')
    .nullable()
    .describe('Of the place where it stands; null: that of the server.'),
  transportKeyKcv: TransportKeyKcv.nullable().describe(
    'Of the key that its keys come enciphered under: key files under another one are refused. Null: not known.',
  ),
  mayRedirect: z.boolean().describe('Its downloads may be sent to the file store of the server.'),
}

export const RegisterTerminalInput = z.object({
  serial: Serial,
  platform: Platform,
  model: details.model.default(''),
  tids: tidList.default([]),
  merchantId: details.merchantId.default(null),
  address: details.address.default(''),
  notes: details.notes.default(''),
  groupIds: z.array(z.uuid()).max(50).default([]),
  checkInIntervalSeconds: details.checkInIntervalSeconds.default(null),
  timeZone: details.timeZone.default(null),
  mayRedirect: details.mayRedirect.default(false),
  transportKeyKcv: details.transportKeyKcv.default(null),
})

export const UpdateTerminalInput = z.object({
  terminalId: z.uuid(),
  platform: Platform.optional(),
  model: details.model.optional(),
  tids: tidList.optional(),
  merchantId: details.merchantId.optional(),
  address: details.address.optional(),
  notes: details.notes.optional(),
  groupIds: z.array(z.uuid()).max(50).optional(),
  checkInIntervalSeconds: details.checkInIntervalSeconds.optional(),
  timeZone: details.timeZone.optional(),
  mayRedirect: details.mayRedirect.optional(),
  transportKeyKcv: details.transportKeyKcv.optional(),
})

export const TerminalRef = z.object({ terminalId: z.uuid() })

export const ListTerminalsInput = z.object({
  ...pageInput,
  search: z.string().trim().max(64).optional().describe('Start of a serial number, TID or MID.'),
  platform: Platform.optional(),
  state: z.enum(TERMINAL_STATES).optional(),
  groupId: z.uuid().optional(),
  merchantId: z.uuid().optional(),
})

export const TerminalView = z.object({
  id: z.uuid(),
  serial: z.string(),
  platform: Platform,
  model: z.string(),
  state: z.enum(TERMINAL_STATES),
  tids: z.array(z.object({ acquirer: z.string(), tid: z.string(), mid: z.string() })),
  merchantId: z.uuid().nullable(),
  address: z.string(),
  notes: z.string(),
  groupIds: z.array(z.uuid()),
  checkInIntervalSeconds: z.number().int().nullable(),
  timeZone: z.string().nullable(),
  mayRedirect: z.boolean(),
  transportKeyKcv: z.string().nullable(),
  registeredAt: z.iso.datetime(),
  enrolledAt: z.iso.datetime().nullable(),
  isReopened: z.boolean().describe('It works, and may enrol anew.'),
})
export type TerminalView = z.infer<typeof TerminalView>

/** With the names of what it belongs to, and whether a code waits for it. */
export const TerminalDetails = TerminalView.extend({
  merchantName: z.string().nullable(),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
  enrollmentCodes: z
    .object({ open: z.number().int(), expiresAt: z.iso.datetime().nullable() })
    .describe('Codes that can still enrol it, and until when the last of them can.'),
})
export type TerminalDetails = z.infer<typeof TerminalDetails>

export const TerminalPage = pageOf(TerminalDetails)

/** One change of many terminals. */
export const TerminalChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['suspend', 'resume', 'retire', 'revoke', 'reopen']) }),
  z.object({ kind: z.enum(['addToGroup', 'removeFromGroup']), groupId: z.uuid() }),
  z.object({ kind: z.literal('setMerchant'), merchantId: details.merchantId }),
  z.object({ kind: z.literal('setInterval'), seconds: details.checkInIntervalSeconds }),
  z.object({ kind: z.literal('setTimeZone'), timeZone: details.timeZone }),
  z.object({ kind: z.literal('setRedirect'), mayRedirect: details.mayRedirect }),
])
export type TerminalChange = z.infer<typeof TerminalChange>

/** What is not known is refused: a mistyped end would be a later one. */
export const IssueCodeInput = z.strictObject({
  serials: z
    .array(Serial)
    .min(1)
    .max(200_000)
    .describe('Terminals the one code is for; each may use it once.'),
  expiresInHours: z.number().int().min(1).max(8760).optional(),
})
export const IssuedCode = z.object({
  codeId: z.uuid(),
  enrollmentCode: z.string().describe('Shown this once.'),
  expiresAt: z.iso.datetime(),
  terminals: z.number().int(),
})

export const GroupInput = z.object({
  name: nameText(100),
  notes: z.string().trim().max(2000).default(''),
})
export const UpdateGroupInput = z.object({
  groupId: z.uuid(),
  name: GroupInput.shape.name.optional(),
  notes: z.string().trim().max(2000).optional(),
})
export const GroupRef = z.object({ groupId: z.uuid() })
export const GroupView = z.object({ id: z.uuid(), name: z.string(), notes: z.string() })
export const GroupPage = pageOf(GroupView)

export const MerchantInput = z.object({
  name: nameText(200),
  externalId: nameText(100).nullable().default(null),
})
export const UpdateMerchantInput = z.object({
  merchantId: z.uuid(),
  name: MerchantInput.shape.name.optional(),
  externalId: nameText(100).nullable().optional(),
})
export const MerchantRef = z.object({ merchantId: z.uuid() })
export const MerchantView = z.object({ id: z.uuid(), name: z.string(), externalId: z.string().nullable() })
export const MerchantPage = pageOf(MerchantView)

export const NamedListInput = z.object({
  ...pageInput,
  search: z.string().trim().max(100).optional(),
  ids: z.array(z.uuid()).min(1).max(100).optional().describe('Only these.'),
})
