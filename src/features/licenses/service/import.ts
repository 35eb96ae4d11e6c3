import { and, eq, inArray, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { isFailure } from '../../../core/errors'
import { newId } from '../../../core/ids'
import { PLATFORMS, type PlatformId } from '../../../core/platforms'
import { type MutationScope, mutation } from '../../../core/verb'
import { findVisibleBySerial } from '../../terminals'
import { type MergedFacts, mergeFacts } from '../merge'
import { namePatterns } from '../patterns'
import { recogniseLicence } from '../recognise'
import { GivenFacts, type ImportResult, LICENCE_MAX_BYTES } from '../schemas'
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
})

/**
 * Takes one licence file in. Its bytes are kept exactly; what it is for is given, or read from it, its manifest or its
 * name. The answer says what became of it; only mistakes of the caller's rights are thrown.
 *
 * - the same bytes for the same serial number again: `duplicate`
 * - another file for the same serial number, platform and product: `needs_confirmation` with `replacement`, and with
 *   `isConfirmed` it takes the other's place; the other is kept
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
    return { ...emptyResult(input.fileName), outcome: 'rejected', code: error.code }
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

async function store(
  scope: MutationScope,
  input: z.output<typeof ImportLicenceInput>,
  result: ImportResult,
  { facts }: MergedFacts,
  format: string,
): Promise<ImportResult> {
  const wanted = facts as { serial: string; platform: PlatformId; licId: string } & typeof facts
  const terminal = await findVisibleBySerial(scope, wanted.serial)
  // Somebody with limits may not drop files for terminals out of sight, nor for ones that do not exist yet.
  if (terminal === undefined && visibilityOf(scope.actor).kind === 'limited')
    return { ...result, outcome: 'rejected', code: 'outside_your_limits' }
  const serial = terminal?.serial ?? wanted.serial
  const product = facts.product ?? ''
  // One importer at a time for a serial number: two files for one terminal must see each other.
  await scope.db.execute(sql`select pg_advisory_xact_lock(7733010, hashtext(${serial}))`)
  const blob = await scope.blobs.putContent(once(input.bytes), { maxBytes: LICENCE_MAX_BYTES })
  const known = await scope.db
    .select()
    .from(licenses)
    .where(and(eq(licenses.serial, serial), inArray(licenses.state, ['current', 'deleted'])))
  const same = known.find((one) => one.sha256 === blob.sha256 && one.state === 'current')
  if (same !== undefined) return { ...result, outcome: 'duplicate', licenseId: same.id }
  const before = known.find(
    (one) => one.state === 'current' && one.platform === wanted.platform && one.product === product,
  )
  const replaces =
    before === undefined
      ? null
      : { id: before.id, licId: before.licId, validUntil: before.validUntil?.toISOString() ?? null }
  if (before !== undefined && !input.isConfirmed)
    return { ...result, outcome: 'needs_confirmation', code: 'replacement', replaces }
  const now = scope.clock.now()
  const by = nameOf(scope)
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
    issuedAt: facts.issuedAt === undefined ? null : new Date(facts.issuedAt),
    validUntil: facts.validUntil === undefined ? null : new Date(facts.validUntil),
    sha256: blob.sha256,
    sizeBytes: blob.sizeBytes,
    blobKey: blob.key,
    fileName: input.fileName,
    format,
    replacesId: before?.id ?? null,
    sources: result.sources,
    warnings: result.warnings,
    importedBy: by,
    importedAt: now,
  }
  await scope.db.insert(licenses).values(row)
  const action = before === undefined ? 'license.imported' : 'license.replaced'
  scope.audit({
    action,
    subject: subjectOf(row),
    before: before === undefined ? undefined : { licId: before.licId, sha256: before.sha256 },
    after: { licId: row.licId, sha256: row.sha256, platform: row.platform, product, fileName: row.fileName },
  })
  if (terminal !== undefined) scope.changed({ topic: 'terminal', subjectId: terminal.id })
  return { ...result, outcome: before === undefined ? 'imported' : 'replaced', licenseId: row.id, replaces }
}

export function nameOf(scope: Pick<Ctx, 'actor'>): string {
  return scope.actor.kind === 'terminal' ? scope.actor.serial : scope.actor.name
}

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
    replaces: null,
  }
}

export function rejected(fileName: string, code: string): ImportResult {
  return { ...emptyResult(fileName), code }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
