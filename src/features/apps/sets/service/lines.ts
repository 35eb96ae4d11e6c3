import { and, desc, eq, inArray } from 'drizzle-orm'
import type { MutationScope } from '../../../../core/verb'
import type { Database } from '../../../../db/client'
import { apps, appVersions } from '../../catalog/tables'
import { setAppsMissing, setNamesTwice, setRemovesProtected } from '../errors'
import type { LineFacts } from '../facts'
import type { Want } from '../lists'
import { loadProtected, loadVersions } from '../load'
import { protectingPattern } from '../protected'
import { SetConditions, type SetLine } from '../schemas'
import { appSetLines, appSetRevisions } from '../tables'

/** A line with what it comes to now. */
export interface ResolvedLine {
  package: string
  want: Want
  appId: string | null
  versionId: string | null
  versionCode: number | null
  versionName: string | null
}

/**
 * What the lines of a set come to, in their order: `newest` to the version with the highest code there is.
 * `app_set_names_twice`, `app_set_apps_missing` with what is not there, `app_set_removes_protected`.
 * @param isLocked their applications and versions are held until the end: none can be deleted meanwhile
 */
export async function resolveLines(
  db: Database,
  lines: readonly SetLine[],
  { isLocked }: { isLocked: boolean },
): Promise<ResolvedLine[]> {
  const names = lines.map((line) => line.package)
  const twice = names.filter((name, at) => names.indexOf(name) !== at)
  if (twice.length > 0) throw setNamesTwice({ values: { packages: [...new Set(twice)] } })
  const patterns = await loadProtected(db)
  const kept = lines.filter(
    (line) => line.want === 'absent' && protectingPattern(patterns, line.package) !== undefined,
  )
  if (kept.length > 0) throw setRemovesProtected({ values: { packages: kept.map((line) => line.package) } })
  const found = await findVersions(db, names, isLocked)
  const resolved = lines.map((line) => resolve(line, found.get(line.package) ?? []))
  const missing = resolved.filter(({ want, versionId }) => want !== 'absent' && versionId === null)
  if (missing.length > 0)
    throw setAppsMissing({
      values: {
        packages: missing.map(({ package: name, versionCode }) =>
          versionCode === null ? name : `${name} ${versionCode}`,
        ),
      },
    })
  return resolved
}

interface FoundVersion {
  appId: string
  package: string
  versionId: string | null
  versionCode: number | null
  versionName: string | null
}

/** The latest first. */
async function findVersions(
  db: Database,
  names: readonly string[],
  isLocked: boolean,
): Promise<Map<string, FoundVersion[]>> {
  if (names.length === 0) return new Map()
  const isNamed = inArray(apps.package, [...names])
  if (isLocked) await db.select({ id: apps.id }).from(apps).where(isNamed).orderBy(apps.id).for('key share')
  const rows = await db
    .select({
      appId: apps.id,
      package: apps.package,
      versionId: appVersions.id,
      versionCode: appVersions.versionCode,
      versionName: appVersions.versionName,
    })
    .from(apps)
    .leftJoin(appVersions, eq(appVersions.appId, apps.id))
    .where(isNamed)
    .orderBy(apps.package, desc(appVersions.versionCode))
  const found = new Map<string, FoundVersion[]>()
  for (const row of rows) found.set(row.package, [...(found.get(row.package) ?? []), row])
  return found
}

function resolve(line: SetLine, versions: readonly FoundVersion[]): ResolvedLine {
  const { package: name, want } = line
  const appId = versions[0]?.appId ?? null
  const nothing = { package: name, want, appId, versionId: null, versionCode: null, versionName: null }
  if (want === 'absent') return nothing
  const version =
    want === 'newest' ? versions[0] : versions.find(({ versionCode }) => versionCode === line.versionCode)
  if (version === undefined) return { ...nothing, versionCode: line.versionCode ?? null }
  const { versionId, versionCode, versionName } = version
  return { ...nothing, versionId, versionCode, versionName }
}

/** What terminals are to have, as one revision says it. */
export interface RevisionContent {
  removesOthers: boolean
  conditions: SetConditions
  lines: readonly ResolvedLine[]
}

export async function writeRevision(
  scope: MutationScope,
  setId: string,
  revision: number,
  { removesOthers, conditions, lines }: RevisionContent,
  { madeFor, madeBy, isReleased }: { madeFor: 'change' | 'newest'; madeBy: string; isReleased: boolean },
): Promise<void> {
  const now = scope.clock.now()
  const present = lines.filter(({ want }) => want !== 'absent').map((line) => line.package)
  await scope.db.insert(appSetRevisions).values({
    ...{ setId, revision, removesOthers, conditions, present, madeFor, madeBy },
    madeAt: now,
    releasedAt: isReleased ? now : null,
  })
  if (lines.length > 0)
    await scope.db
      .insert(appSetLines)
      .values(lines.map((line, position) => ({ setId, revision, position, ...line })))
}

export async function readRevision(db: Database, setId: string, revision: number): Promise<RevisionContent> {
  const [row] = await db
    .select()
    .from(appSetRevisions)
    .where(and(eq(appSetRevisions.setId, setId), eq(appSetRevisions.revision, revision)))
  const lines = await db
    .select({
      package: appSetLines.package,
      want: appSetLines.want,
      appId: appSetLines.appId,
      versionId: appSetLines.versionId,
      versionCode: appSetLines.versionCode,
      versionName: appSetLines.versionName,
    })
    .from(appSetLines)
    .where(and(eq(appSetLines.setId, setId), eq(appSetLines.revision, revision)))
    .orderBy(appSetLines.position)
  // In the order of the schema, as what is given comes: both are compared as texts.
  const conditions = SetConditions.parse(row?.conditions ?? {})
  return { removesOthers: row?.removesOthers ?? false, conditions, lines }
}

/** Lines as decisions take them, of a set that may not be saved. */
export async function lineFacts(db: Database, lines: readonly ResolvedLine[]): Promise<LineFacts[]> {
  const versions = await loadVersions(
    db,
    lines.flatMap(({ versionId }) => versionId ?? []),
  )
  return lines.flatMap(({ package: name, want, versionId }): LineFacts[] => {
    if (want === 'absent') return [{ package: name, version: null }]
    const version = versions.get(versionId ?? '')
    return version === undefined ? [] : [{ package: name, version: { ...version, package: name } }]
  })
}
