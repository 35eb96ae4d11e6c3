import { z } from 'zod'
import { nameText } from '../../../core/names'
import { pageInput, pageOf } from '../../../core/paging'
import { OUTCOMES } from '../../updates/rules/lists'
import { Conditions } from '../../updates/rules/schemas'
import { MOST_LINES, OBSTACLES, type ObstacleCode, WANTS } from './lists'

/** Terminals of a set are counted up to so many. */
export const MOST_COUNTED = 10_000

export const PackageName = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/, 'a package such as com.example.loyalty')

/** As of a rule for updates, but for going back: Android takes no earlier version over a later one. */
export const SetConditions = Conditions.omit({ mayDowngrade: true })
export type SetConditions = z.infer<typeof SetConditions>

const SetLine = z
  .strictObject({
    package: PackageName,
    want: z.enum(WANTS),
    versionCode: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe('Of `version`.'),
  })
  .refine(({ want, versionCode }) => (want === 'version') === (versionCode !== undefined), {
    path: ['versionCode'],
    error: 'a pinned version needs its version code, and nothing else has one',
  })
export type SetLine = z.infer<typeof SetLine>

const content = {
  lines: z.array(SetLine).max(MOST_LINES).describe('In the order in which applications are installed.'),
  removesOthers: z
    .boolean()
    .describe('Everything else that a terminal reports is removed, but for what is protected.'),
  conditions: SetConditions,
}
const labels = {
  name: nameText(128),
  notes: z.string().max(2000),
  goesInWaves: z
    .boolean()
    .describe('A change waits for a rollout, or for its release; else it goes to all terminals at once.'),
}

export const SetFields = z.strictObject({
  ...labels,
  ...content,
  notes: labels.notes.default(''),
  goesInWaves: labels.goesInWaves.default(false),
  removesOthers: content.removesOthers.default(false),
  conditions: content.conditions.default({}),
})
export type SetFields = z.output<typeof SetFields>

export const SetRef = z.object({ setId: z.uuid() })
export const ChangeSet = z.strictObject({
  ...SetRef.shape,
  ...z.object({ ...labels, ...content }).partial().shape,
  edition: z
    .number()
    .int()
    .describe('Of the set as it was read: `app_set_changed` where somebody was faster.'),
})
export const ReleaseSet = SetRef.extend({ edition: z.number().int() })
export const CopySet = SetRef.extend({ name: labels.name })

const count = z.number().int()
const moment = z.iso.datetime()

export const ListSetsInput = z.object({
  ...pageInput,
  search: z.string().trim().max(64).optional(),
  package: PackageName.optional().describe('Only sets whose newest revision names it.'),
})

/** What an application calls itself by its newest version: in no language in particular, and in these. Null: never uploaded. */
const names = {
  label: z.string().nullable(),
  labelEn: z.string().nullable(),
  labelRu: z.string().nullable(),
}
export type AppNames = z.infer<z.ZodObject<typeof names>>

const LineView = z.object({
  package: z.string(),
  want: z.enum(WANTS),
  appId: z.uuid().nullable(),
  ...names,
  iconUrl: z
    .string()
    .nullable()
    .describe('Of its newest version; null where it has none that browsers show.'),
  versionId: z.uuid().nullable().describe('Null of an absent one, and of a version that was deleted since.'),
  versionCode: count.nullable(),
  versionName: z.string().nullable(),
  sizeBytes: count.nullable(),
  newestVersionCode: count.nullable().describe('Of the versions there are now.'),
})
export type LineView = z.infer<typeof LineView>

export const RevisionView = z.object({
  setId: z.uuid(),
  revision: count,
  removesOthers: z.boolean(),
  conditions: SetConditions,
  lines: z.array(LineView),
  madeFor: z.enum(['change', 'newest']),
  madeBy: z.string(),
  madeAt: moment,
  releasedAt: moment.nullable().describe('Since when all terminals of the set are led to it, or were.'),
})
export type RevisionView = z.infer<typeof RevisionView>
export const RevisionPage = pageOf(RevisionView)
export const ListRevisionsInput = z.object({ ...pageInput, ...SetRef.shape })

const header = {
  id: z.uuid(),
  name: z.string(),
  notes: z.string(),
  goesInWaves: z.boolean(),
  revision: count.describe('The newest one.'),
  releasedRevision: count.describe(
    'What all its terminals are to have; those in a rollout may be ahead of it.',
  ),
  edition: count,
  terminals: count.describe(`Connected ones that the caller sees, counted up to ${MOST_COUNTED}.`),
  isWithinLimits: z.boolean().describe('The caller sees all of them: only then may it change the set.'),
  rollout: z
    .object({ id: z.uuid(), name: z.string(), state: z.string() })
    .nullable()
    .describe('The newest one of this set.'),
  createdBy: z.string(),
  createdAt: moment,
  updatedBy: z.string(),
  updatedAt: moment,
}
export const SetSummary = z.object({ ...header, applications: count, removesOthers: z.boolean() })
export type SetSummary = z.infer<typeof SetSummary>
export const SetPage = pageOf(SetSummary)
export const SetView = z.object({ ...header, newest: RevisionView })
export type SetView = z.infer<typeof SetView>

/** As the database counts. */
export const MOST_REVISIONS = 2 ** 31 - 1

export const CompareSetsInput = z.object({
  setId: z.uuid(),
  revision: z.coerce.number().int().min(1).max(MOST_REVISIONS).optional().describe('Without: the newest.'),
  otherSetId: z.uuid(),
  otherRevision: z.coerce.number().int().min(1).max(MOST_REVISIONS).optional(),
})
const Side = z.object({ setId: z.uuid(), name: z.string(), revision: count, removesOthers: z.boolean() })
export const SetComparison = z.object({
  one: Side,
  other: Side,
  lines: z.array(
    z.object({
      package: z.string(),
      ...names,
      one: LineView.nullable(),
      other: LineView.nullable(),
      isSame: z.boolean().describe('Both come to the same on a terminal.'),
    }),
  ),
})

const values = z.record(z.string(), z.union([z.string(), z.number()]))
const ReasonView = z.object({ code: z.string(), values })
const ObstacleView = z.object({
  package: z.string(),
  code: z.enum(Object.keys(OBSTACLES) as [ObstacleCode, ...ObstacleCode[]]),
  values,
})
const Coming = z.object({ package: z.string(), versionCode: count, versionName: z.string() })

/** What a set comes to for one terminal. */
const Decided = {
  outcome: z.enum(OUTCOMES),
  reasons: z.array(ReasonView).describe('The one that weighs most first.'),
  obstacles: z.array(ObstacleView).describe('Of single applications; the others go on.'),
  install: z.array(Coming).describe('What is left to be installed or upgraded, in order.'),
  remove: z.array(z.string()),
}

export const ListSetTerminalsInput = z.object({
  ...pageInput,
  ...SetRef.shape,
  outcome: z.enum(OUTCOMES).optional().describe('Only terminals for which the set comes to this now.'),
})
export const SetTerminalPage = pageOf(
  z.object({
    terminalId: z.uuid(),
    serial: z.string(),
    model: z.string(),
    revision: count.describe('The revision that it is led to.'),
    connectedBy: z.string(),
    connectedAt: moment,
    ...Decided,
  }),
)

export const TerminalAppsInput = z.object({ terminalId: z.uuid() })
export const TerminalApps = z.object({
  terminalId: z.uuid(),
  at: moment,
  set: z
    .object({
      id: z.uuid(),
      name: z.string(),
      revision: count.describe('That it is led to.'),
      newestRevision: count,
      connectedBy: z.string(),
      connectedAt: moment,
    })
    .nullable(),
  decision: z.object({ ...Decided, recheckAt: moment.nullable() }).nullable(),
  apps: z
    .array(
      z.object({
        package: z.string(),
        ...names,
        installed: z
          .object({ versionCode: count, versionName: z.string().nullable(), signer: z.string().nullable() })
          .nullable()
          .describe('As the terminal reports it.'),
        wanted: LineView.nullable(),
        isManaged: z.boolean().describe('A set has brought it: it goes when no set names it any more.'),
        isProtected: z.boolean(),
      }),
    )
    .describe('What it reports and what its set names.'),
})
export type TerminalApps = z.infer<typeof TerminalApps>

export const ListConnectionHistoryInput = z.object({ ...pageInput, terminalId: z.uuid() })
export const ConnectionHistoryPage = pageOf(
  z.object({
    id: z.uuid(),
    setId: z.uuid(),
    setName: z.string(),
    what: z.enum(['connected', 'disconnected']),
    byName: z.string(),
    at: moment,
  }),
)

/** Terminals by what a set would do with one application of theirs. */
const Tallied = z.object({ package: z.string(), ...names, terminals: count })
export const AppsTally = z.object({
  terminals: count.describe('Judged.'),
  isWhole: z.boolean().describe('False: there are more than are judged at once.'),
  outcomes: z.array(z.object({ outcome: z.enum(OUTCOMES), terminals: count })),
  reasons: z
    .array(z.object({ code: z.string(), terminals: count }))
    .describe('Why nothing is done, or not yet.'),
  install: z.array(Tallied.extend({ versionCode: count, versionName: z.string() })),
  upgrade: z.array(Tallied.extend({ versionCode: count, versionName: z.string() })),
  remove: z.array(Tallied),
  obstacles: z.array(
    Tallied.extend({ code: z.enum(Object.keys(OBSTACLES) as [ObstacleCode, ...ObstacleCode[]]) }),
  ),
})
export type AppsTally = z.infer<typeof AppsTally>

export const PreviewSetInput = z
  .strictObject({
    ...SetRef.shape,
    change: z
      .strictObject(content)
      .optional()
      .describe('As it would be saved. Without: the newest revision as it is.'),
  })
  .describe('What it would do with the terminals that are connected to it.')

export const ProtectedPattern = z.object({
  pattern: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .describe('A package, or a name that ends in `.*` for all that begin so.'),
})
export const AddProtected = ProtectedPattern.extend({ notes: z.string().trim().max(500).default('') })
export const ProtectedView = z.object({
  pattern: z.string(),
  notes: z.string(),
  addedBy: z.string(),
  addedAt: moment,
})
export const ProtectedList = z.object({ items: z.array(ProtectedView) })
