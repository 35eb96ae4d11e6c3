import { z } from 'zod'
import { pageInput, pageOf } from '../../core/paging'
import { AppsTally } from '../apps/sets/schemas'
import { StatusFilter } from '../monitoring/status/schemas'
import { Acquirer, Tid } from '../terminals/schemas'
import { tidsOfRange } from './assignments/range'
import { CHOSEN_MAX, MISFITS, NAMED_MAX } from './lists'

/** Characters of a list that comes with the call; longer ones are uploaded first. */
const CSV_MAX_CHARACTERS = 16 * 1024 * 1024

const acquirer = Acquirer.optional().describe('Only TIDs of this acquirer; without: of whichever.')

/** The terminals that a rule is assigned to or taken from. What is not known is refused: it would mean more of them. */
export const Choice = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('tids'), tids: z.array(Tid).min(1).max(CHOSEN_MAX), acquirer }),
  z
    .strictObject({ by: z.literal('range'), from: Tid, to: Tid, acquirer })
    .refine(({ from, to }) => tidsOfRange(from, to) !== undefined, {
      path: ['to'],
      error: 'a range goes up to a TID of the same length that ends with digits, over 10000 TIDs at most',
    }),
  z.strictObject({ by: z.literal('group'), groupId: z.uuid() }),
  z.strictObject({ by: z.literal('filter'), filter: StatusFilter }),
  z
    .strictObject({
      by: z.literal('csv'),
      csv: z.string().max(CSV_MAX_CHARACTERS).optional(),
      uploadId: z.uuid().optional().describe('An upload that holds the list, instead of `csv`.'),
    })
    .refine(
      ({ csv, uploadId }) => (csv === undefined) !== (uploadId === undefined),
      'give either csv or uploadId',
    ),
  z.strictObject({ by: z.literal('terminals'), terminalIds: z.array(z.uuid()).min(1).max(CHOSEN_MAX) }),
])
export type Choice = z.output<typeof Choice>

export const PreviewAssignmentInput = z.object({
  ruleId: z.uuid(),
  what: z.enum(['assign', 'unassign']),
  choice: Choice,
})
export const ApplyAssignmentInput = PreviewAssignmentInput.extend({
  fingerprint: z.string().max(64).describe('Of the preview that was agreed to.'),
})

const count = z.number().int()
const named = z.object({ count, first: z.array(z.string()).describe(`At most ${NAMED_MAX} of them.`) })

export const AssignmentReport = z.object({
  terminals: count.describe('Terminals found.'),
  tids: count.describe('TIDs of theirs that were chosen; the assignment follows them.'),
  withoutTid: count.describe('Terminals found that have no TID: they are assigned by themselves.'),
  already: count.describe('TIDs, and terminals without one, that have the rule already, or that lack it.'),
  changes: count.describe('Assignments that are made, or taken away.'),
  changedTerminals: count,
  sample: z.array(z.string()).describe('The first TIDs, or serial numbers, whose assignment changes.'),
  unknown: named.describe('Names that nothing has, or nothing that the caller sees.'),
  unreadable: z.object({ count, first: z.array(z.object({ line: count, value: z.string() })) }),
  contradicting: z
    .object({
      count,
      first: z.array(z.object({ line: count, tid: z.string(), serial: z.string(), found: z.string() })),
    })
    .describe(
      'Lines whose TID belongs to another terminal (`found`) than their serial number: the TID counts.',
    ),
  outOfService: named.describe(
    'Serial numbers of retired and revoked terminals: nothing is assigned to them.',
  ),
  sharedTids: named.describe('Named TIDs that terminals of several acquirers have: all of these are meant.'),
  misfits: z
    .array(
      z.object({
        reason: z.enum(MISFITS),
        /** What it is, and what the rule asks for. */
        is: z.string(),
        needs: z.string(),
        count,
        first: z.array(z.string()).describe('Serial numbers.'),
      }),
    )
    .describe('Terminals that the rule is not for as they are; assigned all the same, it waits for them.'),
  stillAssigned: count.describe('Terminals that keep the rule by another TID of theirs.'),
  fingerprint: z.string().describe('Of what changes: it is confirmed by repeating it.'),
})
export type AssignmentReport = z.infer<typeof AssignmentReport>

export const PreviewConnectionInput = z.object({
  setId: z
    .uuid()
    .nullable()
    .describe('Null: whatever set they have is taken from them; their applications stay.'),
  choice: Choice,
})
export const ApplyConnectionInput = PreviewConnectionInput.extend({
  fingerprint: z.string().max(64).describe('Of the preview that was agreed to.'),
})
export const ConnectionReport = AssignmentReport.pick({
  unknown: true,
  unreadable: true,
  contradicting: true,
  outOfService: true,
  sharedTids: true,
  fingerprint: true,
}).extend({
  terminals: count.describe('Terminals found.'),
  already: count.describe('Of those: that have the set already, or have none.'),
  changes: count.describe('Of those: whose set changes.'),
  sample: z.array(z.string()).describe('The first serial numbers of these.'),
  notAndroid: named.describe(
    'Terminals whose platform takes no Android applications: nothing comes of it there.',
  ),
  leaving: z
    .array(z.object({ id: z.uuid(), name: z.string(), terminals: count }))
    .describe('The sets that they have now and would lose.'),
  tally: AppsTally.nullable().describe(
    'What the set would install, upgrade and remove on those that it is new to. Null where none is given, and once it is done.',
  ),
})
export type ConnectionReport = z.infer<typeof ConnectionReport>

export const ListAssignmentsInput = z.object({
  ...pageInput,
  ruleId: z.uuid().optional().describe('Of this rule; without: of all.'),
  search: z
    .string()
    .trim()
    .max(64)
    .optional()
    .describe('Start of a TID, or of the serial number of who has it.'),
})
export const AssignmentView = z.object({
  id: z.uuid(),
  rule: z.object({ id: z.uuid(), name: z.string(), isEnabled: z.boolean() }),
  acquirer: z.string().nullable(),
  tid: z.string().nullable(),
  assignedBy: z.string(),
  assignedAt: z.iso.datetime(),
  terminal: z
    .object({
      id: z.uuid(),
      serial: z.string(),
      platform: z.string(),
      model: z.string(),
      state: z.string(),
      components: z
        .array(z.object({ component: z.string(), version: z.string() }))
        .describe('Versions it reports of what the rule updates.'),
    })
    .nullable()
    .describe('Who has the TID now; null: nobody.'),
})
export type AssignmentView = z.infer<typeof AssignmentView>
export const AssignmentPage = pageOf(AssignmentView)

export const ProfileRef = z.object({ terminalId: z.uuid() })
export const AssignedRule = z.object({
  ruleId: z.uuid(),
  name: z.string(),
  isEnabled: z.boolean(),
  priority: count,
  /** By which TID; null: by the terminal itself. */
  acquirer: z.string().nullable(),
  tid: z.string().nullable(),
  assignedBy: z.string(),
  assignedAt: z.iso.datetime(),
})
export const TerminalProfile = z.object({
  terminalId: z.uuid(),
  serial: z.string(),
  platform: z.string(),
  model: z.string(),
  state: z.string(),
  tids: z.array(z.object({ acquirer: z.string(), tid: z.string(), mid: z.string() })),
  merchantId: z.uuid().nullable(),
  merchantName: z.string().nullable(),
  groups: z.array(z.object({ id: z.uuid(), name: z.string() })),
  address: z.string(),
  checkInIntervalSeconds: count.nullable(),
  timeZone: z.string().nullable(),
  mayRedirect: z.boolean(),
  rules: z.array(AssignedRule),
})

export const ListProfileHistoryInput = z.object({ ...pageInput, terminalId: z.uuid() })
export const ProfileHistoryPage = pageOf(
  z.object({
    id: z.uuid(),
    ruleId: z.uuid(),
    ruleName: z.string(),
    acquirer: z.string().nullable(),
    tid: z.string().nullable(),
    /** Who had the TID then. */
    terminalId: z.uuid().nullable(),
    what: z.enum(['assigned', 'unassigned']),
    byName: z.string(),
    at: z.iso.datetime(),
  }),
)
