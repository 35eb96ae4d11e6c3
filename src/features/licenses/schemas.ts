import { z } from 'zod'
import { SearchedMoment } from '../../core/moment'
import { pageInput, pageOf } from '../../core/paging'
import { TERMINAL_STATES } from '../terminals/lists'
import { Platform, Serial } from '../terminals/schemas'
import { type DayEdge, readDate } from './recognise/dates'

/** A licence is a small file; larger ones are refused before they are read. */
export const LICENCE_MAX_BYTES = 1024 * 1024

const label = z
  .string()
  .trim()
  .regex(/^[^\p{C}]{1,128}$/u, 'has 1 to 128 printable characters')

/** A date by hand: anything the licence reader understands in a file, as an instant in UTC. */
function dateAt(edge: DayEdge) {
  return z.string().transform((raw, check) => {
    const instant = readDate(raw, edge)
    if (instant !== undefined) return instant
    check.addIssue({ code: 'custom', message: 'write the date as YYYY-MM-DD, DD.MM.YYYY or ISO 8601' })
    return z.NEVER
  })
}

/** Facts given by whoever imports a licence; they win over those in the file. */
export const GivenFacts = z.object({
  serial: Serial.optional(),
  platform: Platform.optional(),
  licId: label.optional(),
  product: label.optional(),
  issuedAt: dateAt('start').optional().describe('A day without time is its start in UTC.'),
  validUntil: dateAt('end').optional().describe('A day without time is its end in UTC.'),
})

export const IMPORT_OUTCOMES = [
  'imported',
  'duplicate',
  'replaced',
  'needs_facts',
  'needs_confirmation',
  'rejected',
] as const

const shownFacts = z.object({
  serial: z.string().optional(),
  platform: z.string().optional(),
  licId: z.string().optional(),
  product: z.string().optional(),
  issuedAt: z.string().optional(),
  validUntil: z.string().optional(),
})

/** What became of one file of an import. */
export const ImportResult = z.object({
  fileName: z.string(),
  outcome: z.enum(IMPORT_OUTCOMES),
  licenseId: z.uuid().nullable(),
  /** Why it was rejected, or what must be confirmed. */
  code: z.string().nullable(),
  facts: shownFacts,
  sources: z.record(z.string(), z.string()),
  /** Facts that nobody could tell and that are needed. */
  missing: z.array(z.string()),
  warnings: z.array(z.string()),
  conflicts: z.array(z.object({ code: z.string(), fact: z.string(), kept: z.string(), other: z.string() })),
  /** Of the file that came, once it is known whose it is. */
  sha256: z.string().nullable(),
  sizeBytes: z.number().int().nullable(),
  /** The licence it takes, took or would take the place of. */
  replaces: z
    .object({
      id: z.uuid(),
      licId: z.string(),
      issuedAt: z.string().nullable(),
      validUntil: z.string().nullable(),
      sha256: z.string(),
      sizeBytes: z.number().int(),
      fileName: z.string(),
      importedAt: z.string(),
      importedBy: z.string(),
    })
    .nullable(),
})
export type ImportResult = z.infer<typeof ImportResult>

/** The result of a file of which nothing is known yet: what is found out is laid over it. */
export function emptyResult(fileName: string): ImportResult {
  return {
    fileName,
    outcome: 'rejected',
    licenseId: null,
    code: null,
    facts: {},
    sources: {},
    missing: [],
    warnings: [],
    conflicts: [],
    sha256: null,
    sizeBytes: null,
    replaces: null,
  }
}

export const ImportReport = z.object({
  results: z.array(ImportResult),
  /** Of all files, by outcome. */
  counts: z.record(z.string(), z.number().int()),
  /** Results that are counted and not listed: of a long list, the last ones that went well. */
  omitted: z.number().int(),
})
export type ImportReport = z.infer<typeof ImportReport>

const MOST_FILES_AT_ONCE = 1_000
const manyFiles = (files: object) => Object.keys(files).length <= MOST_FILES_AT_ONCE
const atMost = `names at most ${MOST_FILES_AT_ONCE} files`

export const ImportUploadInput = z.object({
  uploadId: z.uuid(),
  given: GivenFacts.default({}),
  givenByFile: z
    .record(z.string(), GivenFacts)
    .refine(manyFiles, atMost)
    .default({})
    .describe('Facts of single files, by their names in the report; they win over `given`.'),
  isConfirmed: z.boolean().default(false),
  replacesByFile: z
    .record(z.string(), z.uuid())
    .refine(manyFiles, atMost)
    .default({})
    .describe('What each file was seen to replace: where that has changed meanwhile, it is asked again.'),
  only: z
    .array(z.string().max(500))
    .min(1)
    .max(MOST_FILES_AT_ONCE)
    .optional()
    .describe('Files of a ZIP, by their names in the report; all of them where left out.'),
  from: z.number().int().min(0).default(0).describe('Where the call before ended: its `next`.'),
  limit: z
    .number()
    .int()
    .min(1)
    .max(MOST_FILES_AT_ONCE)
    .default(200)
    .describe('Files of a ZIP that one call takes.'),
})

/**
 * A ZIP of thousands is taken in several calls: while `next` is a number, call again with it as `from`. Progress is
 * `next` of `total`; a call that is repeated does no harm.
 */
export const UploadImportReport = ImportReport.extend({
  total: z.number().int(),
  next: z.number().int().nullable(),
  /** False: nothing of it needs an answer any more, and it was discarded. */
  isUploadKept: z.boolean(),
})

export const LicenceRef = z.object({ licenseId: z.uuid() })
export const LicenceRefs = z.object({ licenseIds: z.array(z.uuid()).min(1).max(1000) })

export const RESTORE_OUTCOMES = ['restored', 'not_deleted', 'superseded', 'not_found'] as const
export const RestoreReport = z.object({
  results: z.array(
    z.object({
      licenseId: z.uuid(),
      outcome: z.enum(RESTORE_OUTCOMES),
      /** The licence that has its place by now, where it is `superseded`. */
      supersededBy: z.uuid().nullable(),
    }),
  ),
  counts: z.record(z.enum(RESTORE_OUTCOMES), z.number().int()),
})

export const LicenceCalendar = z.object({
  /** Of current licences, as of this moment. */
  asOf: z.iso.datetime(),
  expired: z.number().int(),
  /** Twelve months in UTC, from the present one on; of that, what is still to come. */
  months: z.array(z.object({ month: z.string(), expiring: z.number().int() })),
  later: z.number().int(),
  withoutEnd: z.number().int(),
})

export const LICENCE_STATES = ['current', 'replaced', 'deleted'] as const

export const ListLicencesInput = z.object({
  ...pageInput,
  search: z
    .string()
    .trim()
    .max(128)
    .optional()
    .describe('Any part of the serial number or of the licence id.'),
  platform: Platform.optional(),
  product: z.string().max(128).optional(),
  state: z.enum([...LICENCE_STATES, 'any']).default('current'),
  expiresFrom: SearchedMoment.optional(),
  expiresBefore: SearchedMoment.optional(),
  importedBy: z.string().max(200).optional().describe('Name of the operator or API key, as in the list.'),
  sort: z
    .enum(['importedAt', 'validUntil'])
    .default('importedAt')
    .describe('By validUntil, licences without an end come after all others, or first where descending.'),
  direction: z.enum(['asc', 'desc']).default('desc'),
})

export const LicenceView = z.object({
  id: z.uuid(),
  serial: z.string(),
  platform: Platform,
  product: z.string(),
  licId: z.string(),
  issuedAt: z.iso.datetime().nullable(),
  validUntil: z.iso.datetime().nullable(),
  sha256: z.string(),
  sizeBytes: z.number().int(),
  fileName: z.string(),
  format: z.string(),
  state: z.enum(LICENCE_STATES),
  importedBy: z.string(),
  importedAt: z.iso.datetime(),
  /** When it was replaced or deleted, and by whom. */
  endedAt: z.iso.datetime().nullable(),
  endedBy: z.string().nullable(),
})
export type LicenceView = z.infer<typeof LicenceView>
export const LicencePage = pageOf(
  LicenceView.extend({
    /** The registered terminal with its serial number, where the caller sees one. */
    terminalId: z.uuid().nullable(),
  }),
)

const delivery = z.object({
  terminalId: z.uuid(),
  serial: z.string(),
  offeredAt: z.iso.datetime().nullable(),
  fetchedAt: z.iso.datetime().nullable(),
  fetchedCount: z.number().int(),
  acceptedAt: z.iso.datetime().nullable(),
})
export const LicenceDetails = LicenceView.extend({
  /** The registered terminal with its serial number, as far as the caller sees it. */
  terminal: z
    .object({ id: z.uuid(), serial: z.string(), platform: Platform, state: z.enum(TERMINAL_STATES) })
    .nullable(),
  replacesId: z.uuid().nullable(),
  replacedBy: LicenceView.nullable(),
  sources: z.record(z.string(), z.string()),
  warnings: z.array(z.string()),
  deliveries: z.array(delivery),
  /** Earlier licences of the same serial number, platform and product, newest first. */
  history: z.array(LicenceView),
})

export const LicencePreview = z.object({
  kind: z.enum(['text', 'hex']),
  text: z.string(),
  isCut: z.boolean(),
})

export const SearchNumbersInput = z.object({
  ...pageInput,
  terminalId: z.uuid().optional().describe('Only this one, whatever its state.'),
  search: z.string().trim().max(128).optional().describe('Any part of a serial number or licence id.'),
  platform: Platform.optional(),
  holds: z.enum(['any', 'none', 'waiting', 'expiring']).default('any'),
  expiresInDays: z.number().int().min(1).max(3650).default(30),
})

export const NumberView = z.object({
  terminalId: z.uuid(),
  serial: z.string(),
  platform: Platform,
  state: z.string(),
  licenses: z.array(
    z.object({
      id: z.uuid(),
      licId: z.string(),
      product: z.string(),
      validUntil: z.iso.datetime().nullable(),
      offeredAt: z.iso.datetime().nullable(),
      fetchedAt: z.iso.datetime().nullable(),
      acceptedAt: z.iso.datetime().nullable(),
    }),
  ),
  /** What the terminal itself says it holds. */
  reported: z.array(z.object({ licId: z.string(), sha256: z.string().optional() })),
})
export const NumberPage = pageOf(NumberView)
