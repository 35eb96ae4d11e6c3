import { createHash } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName, visibilityOf } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { newId } from '../../../core/ids'
import { PLATFORMS, type PlatformId } from '../../../core/platforms'
import { type MutationScope, mutation } from '../../../core/verb'
import { findVisibleBySerial } from '../../terminals'
import { type MergedFacts, mergeFacts } from '../merge'
import { namePatterns } from '../patterns'
import { recogniseLicence } from '../recognise'
import { emptyResult, GivenFacts, type ImportResult, LICENCE_MAX_BYTES } from '../schemas'
import { licenses } from '../tables'
import { subjectOf } from '../view'

const NEEDED = ['serial', 'platform', 'licId'] as const
/** Facts by which a file finds its terminal: a contradiction here is never decided silently. */
const IDENTITY: readonly string[] = NEEDED

export const ImportLicenceInput = z.object({
  fileName: z.string().min(1).max(500),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** What whoever imports says; wins over the file. */
  given: GivenFacts.default({}),
  /** What the manifest of a bundle says. */
  manifest: z.record(z.string(), z.string()).default({}),
  /** Lets it take the place of another licence, and given facts contradict the file. */
  isConfirmed: z.boolean().default(false),
  /** The licence whose replacement was confirmed: where another holds its place by now, it is asked again. */
  replaces: z.uuid().optional(),
})

/**
 * Takes one licence file in. Its bytes are kept exactly; what it is for is given, or read from it, its manifest or its
 * name. The answer says what became of it; only mistakes of the caller's rights are thrown.
 *
 * - the same bytes with the same facts for the same serial number again: `duplicate`
 * - another file, or other facts, for the same serial number, platform and product: `needs_confirmation` with
 *   `replacement`, and with `isConfirmed` it takes the other's place; the other is kept
 * - given facts that contradict the file in what identifies the terminal: `needs_confirmation` with `conflict`
 */
export async function importLicence(
  ctx: Ctx,
  input: z.input<typeof ImportLicenceInput>,
): Promise<ImportResult> {
  try {
    return await importOne(ctx, input)
  } catch (error) {
    if (!isFailure(error) || error.kind === 'internal' || error.kind === 'unavailable') throw error
    if (error.code === 'forbidden') throw error
    return rejected(input.fileName, error.code)
  }
}

const importOne = mutation(
  { permission: 'licenses:write', input: ImportLicenceInput },
  async (scope, input): Promise<ImportResult> => {
    scope.nothingChanged()
    if (input.bytes.length === 0) return rejected(input.fileName, 'empty_file')
    if (input.bytes.length > LICENCE_MAX_BYTES) return rejected(input.fileName, 'file_too_large')
    const recognised = recogniseLicence(input, {
      patterns: namePatterns(scope.settings),
      knownPlatforms: PLATFORMS,
    })
    const merged = mergeFacts(input.given, recognised, input.manifest)
    const result: ImportResult = {
      ...emptyResult(input.fileName),
      facts: merged.facts,
      sources: { ...merged.sources } as Record<string, string>,
      warnings: recognised.warnings,
      conflicts: merged.conflicts,
      missing: NEEDED.filter((name) => merged.facts[name] === undefined),
    }
    if (result.missing.length > 0) return { ...result, outcome: 'needs_facts' }
    const isContradicted = merged.conflicts.some((conflict) => IDENTITY.includes(conflict.fact))
    if (isContradicted && !input.isConfirmed)
      return { ...result, outcome: 'needs_confirmation', code: 'conflict' }
    return store(scope, input, result, merged, recognised.format)
  },
)

type Facts = MergedFacts['facts']
type Row = typeof licenses.$inferSelect

async function store(
  scope: MutationScope,
  input: z.output<typeof ImportLicenceInput>,
  found: ImportResult,
  { facts }: MergedFacts,
  format: string,
): Promise<ImportResult> {
  const wanted = facts as { serial: string; platform: PlatformId; licId: string } & Facts
  const terminal = await findVisibleBySerial(scope, wanted.serial)
  // Somebody with limits may not drop files for terminals out of sight, nor for ones that do not exist yet.
  if (terminal === undefined && visibilityOf(scope.actor).kind === 'limited')
    return { ...found, outcome: 'rejected', code: 'outside_your_limits' }
  const serial = terminal?.serial ?? wanted.serial
  const product = facts.product ?? ''
  const sha256 = createHash('sha256').update(input.bytes).digest('hex')
  await lockSerial(scope, serial)
  const known = await scope.db
    .select()
    .from(licenses)
    .where(
      and(
        inArray(licenses.serial, spellingsOf(serial)),
        inArray(licenses.state, ['current', 'deleted']),
        // Two terminals whose serial numbers differ by case alone do not share their licences.
        sql`(${licenses.serial} = ${serial} or not exists (
          select from terminals t where t.serial = ${licenses.serial}))`,
      ),
    )
  const current = known.filter((one) => one.state === 'current')
  const before = current.find((one) => one.platform === wanted.platform && one.product === product)
  const result: ImportResult = {
    ...found,
    sha256,
    sizeBytes: input.bytes.length,
    replaces: before === undefined ? null : toReplaced(before),
    warnings: [
      ...found.warnings,
      ...(terminal === undefined ? ['terminal_not_registered'] : []),
      ...(terminal !== undefined && terminal.platform !== wanted.platform
        ? ['terminal_platform_differs']
        : []),
      ...(known.some((one) => one.state === 'deleted' && one.sha256 === sha256) ? ['deleted_before'] : []),
    ],
  }
  if (before !== undefined && before.sha256 === sha256 && hasFacts(before, wanted))
    return { ...result, outcome: 'duplicate', licenseId: before.id, replaces: null }
  if (before !== undefined && !(input.isConfirmed && (input.replaces ?? before.id) === before.id))
    return { ...result, outcome: 'needs_confirmation', code: 'replacement' }
  // Only now: what is never confirmed leaves no bytes behind.
  const blob = await scope.blobs.putContent(once(input.bytes), { maxBytes: LICENCE_MAX_BYTES, sha256 })
  const now = scope.clock.now()
  const by = callerName(scope.actor)
  if (before !== undefined)
    await scope.db
      .update(licenses)
      .set({ state: 'replaced', endedAt: now, endedBy: by })
      .where(eq(licenses.id, before.id))
  const row = {
    id: newId(now.getTime()),
    serial,
    platform: wanted.platform,
    product,
    licId: wanted.licId,
    issuedAt: dateOf(facts.issuedAt),
    validUntil: dateOf(facts.validUntil),
    sha256,
    sizeBytes: blob.sizeBytes,
    blobKey: blob.key,
    fileName: input.fileName,
    format,
    replacesId: before?.id ?? null,
    sources: result.sources,
    warnings: found.warnings,
    importedBy: by,
    importedAt: now,
  }
  await scope.db.insert(licenses).values(row)
  scope.audit({
    action: before === undefined ? 'license.imported' : 'license.replaced',
    subject: subjectOf(row),
    before: before === undefined ? undefined : { licId: before.licId, sha256: before.sha256 },
    after: { licId: row.licId, sha256, platform: row.platform, product, fileName: row.fileName },
  })
  if (terminal !== undefined) scope.changed({ topic: 'terminal', subjectId: terminal.id })
  return { ...result, outcome: before === undefined ? 'imported' : 'replaced', licenseId: row.id }
}

const SERIAL_LOCK = 7733010

/** One writer at a time for a serial number, in whatever case: two files for one terminal must see each other. */
export async function lockSerial(scope: MutationScope, serial: string): Promise<void> {
  await scope.db.execute(sql`select pg_advisory_xact_lock(${SERIAL_LOCK}, hashtext(${serial.toUpperCase()}))`)
}

/** A serial number as people and file names write it. */
function spellingsOf(serial: string): string[] {
  return [...new Set([serial, serial.toUpperCase(), serial.toLowerCase()])]
}

function hasFacts(row: Row, facts: Facts): boolean {
  return (
    row.licId === facts.licId &&
    row.issuedAt?.getTime() === dateOf(facts.issuedAt)?.getTime() &&
    row.validUntil?.getTime() === dateOf(facts.validUntil)?.getTime()
  )
}

function dateOf(fact: string | undefined): Date | null {
  return fact === undefined ? null : new Date(fact)
}

function toReplaced(row: Row): ImportResult['replaces'] {
  return {
    id: row.id,
    licId: row.licId,
    issuedAt: row.issuedAt?.toISOString() ?? null,
    validUntil: row.validUntil?.toISOString() ?? null,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    fileName: row.fileName,
    importedAt: row.importedAt.toISOString(),
    importedBy: row.importedBy,
  }
}

export function rejected(fileName: string, code: string): ImportResult {
  return { ...emptyResult(fileName), code }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
