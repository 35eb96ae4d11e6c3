import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { type Ctx, callerName } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { inMutation, type MutationScope, mutations } from '../../../../core/verb'
import { lockStoredFiles, type StoredFile, shareFiles, storeFile } from '../../../stored-files'
import { finishUpload } from '../../../uploads'
import { packageExists, packageVersionMissing } from '../errors'
import { inspectFiles } from '../inspect/inspect'
import type { PackageKind } from '../lists'
import { type Inspected, NewPackage, type PackageView, type PackageWarning } from '../schemas'
import { packageFiles, packages } from '../tables'
import { subjectOf } from '../view'
import { findPackage } from './find'
import { warnOfBase } from './inspect'
import { openFiles, refuseClash } from './uploaded'

/** What the package will be, once its files are stored. */
interface Draft {
  input: z.output<typeof NewPackage>
  kind: PackageKind
  version: string
  fromVersion: string | null
  inspected: Inspected
  warnings: PackageWarning[]
  files: (StoredFile & { uploadId: string; name: string; target: string })[]
}

/**
 * Makes a package of complete uploads: their bytes as they are, in the given order. What it says of itself is read;
 * what the caller says wins.
 *
 * The bytes are copied first, outside of any transaction, file by file (see `storeFile`): a call that was cut off is
 * repeated with the same input. While the first still copies that is `file_being_stored`; when it has ended the
 * answer is the package it made. All rows, the end of the uploads and the audit are one transaction.
 */
export const createPackage = mutations(
  { permission: 'packages:write', input: NewPackage },
  async (ctx, input): Promise<PackageView> => {
    const made = await findMade(ctx, input)
    if (made !== undefined) return findPackage(ctx, made)
    const opened = await openFiles(ctx, input)
    const report = await inspectFiles({ ...input, files: opened })
    const version = input.version ?? report.suggested.version
    if (version === null) throw packageVersionMissing()
    const fromVersion = input.fromVersion ?? report.suggested.fromVersion
    const targets = new Map(report.suggested.files.map((file) => [file.uploadId, file.target]))
    const named = opened.map((file) => ({ ...file, target: targets.get(file.uploadId) ?? '' }))
    refuseClash(named)
    const files: Draft['files'] = []
    for (const { uploadId, name, target, source } of named)
      files.push({ uploadId, name, target, ...(await storeFile(ctx, source)) })
    const { kind, inspected, warnings } = report
    const draft: Draft = { input, kind, version, fromVersion, inspected, warnings, files }
    const packageId = await inMutation(ctx, (scope) => insert(scope, draft))
    return findPackage(ctx, packageId)
  },
)

/** The package that an earlier call of this caller has made of the same input: its uploads are gone since. */
async function findMade(ctx: Ctx, input: z.output<typeof NewPackage>): Promise<string | undefined> {
  const { platform, component, version, fromVersion, models, files } = input
  const [made] = await ctx.db
    .select({ id: packages.id })
    .from(packages)
    .where(
      and(
        eq(packages.uploadId, files[0]?.uploadId ?? ''),
        eq(packages.createdBy, callerName(ctx.actor)),
        eq(packages.platform, platform),
        eq(packages.component, component),
        version === undefined ? undefined : eq(packages.version, version),
        fromVersion == null ? undefined : eq(packages.fromVersion, fromVersion),
        isForModels(models),
        eq(packages.fileCount, files.length),
      ),
    )
  return made?.id
}

const inOrder = (models: readonly string[]) => [...new Set(models)].sort()

function isForModels(models: readonly string[]): SQL {
  const named = sql.join(
    inOrder(models).map((model) => sql`${model}`),
    sql`, `,
  )
  return sql`${packages.models} = array[${named}]::text[]`
}

async function insert(scope: MutationScope, draft: Draft): Promise<string> {
  const { input, kind, version, fromVersion, inspected, warnings } = draft
  await lockStoredFiles(scope.db)
  const files = await shareFiles(scope, draft.files)
  const now = scope.clock.now()
  const row = {
    id: newId(now.getTime()),
    platform: input.platform,
    component: input.component,
    version,
    models: inOrder(input.models),
    fromVersion,
    kind,
    notes: input.notes,
    inspected,
    warnings: [
      ...warnings,
      ...(await warnOfBase(scope, { platform: input.platform, component: input.component, fromVersion })),
    ],
    fileCount: files.length,
    sizeBytes: files.reduce((total, file) => total + file.sizeBytes, 0),
    uploadId: files[0]?.uploadId ?? null,
    createdBy: callerName(scope.actor),
    createdAt: now,
  }
  await refuseSame(scope, row, files)
  await scope.db.insert(packages).values(row)
  await scope.db.insert(packageFiles).values(
    files.map(({ name, target, sha256, sizeBytes, blobKey }, position) => ({
      packageId: row.id,
      position,
      name,
      target,
      sha256,
      sizeBytes,
      blobKey,
    })),
  )
  for (const { uploadId } of files) await finishUpload(scope, uploadId)
  const { platform, component, models, fileCount, sizeBytes } = row
  scope.audit({
    action: 'package.created',
    subject: subjectOf(row),
    after: { platform, component, version, fromVersion, models, fileCount, sizeBytes },
  })
  return row.id
}

type NewRow = Pick<
  typeof packages.$inferSelect,
  'platform' | 'component' | 'version' | 'fromVersion' | 'models'
>

/** The same bytes under the same names for the same terminals would be offered twice. */
async function refuseSame(scope: MutationScope, row: NewRow, files: Draft['files']): Promise<void> {
  const alike = await scope.db
    .select({ id: packages.id })
    .from(packages)
    .where(
      and(
        eq(packages.platform, row.platform),
        eq(packages.component, row.component),
        eq(packages.version, row.version),
        row.fromVersion === null ? isNull(packages.fromVersion) : eq(packages.fromVersion, row.fromVersion),
        isForModels(row.models),
      ),
    )
  const shapeOf = (some: readonly { name: string; target: string; sha256: string }[]) =>
    JSON.stringify(some.map(({ name, target, sha256 }) => [name, target, sha256]))
  for (const { id } of alike) {
    const others = await scope.db
      .select()
      .from(packageFiles)
      .where(eq(packageFiles.packageId, id))
      .orderBy(asc(packageFiles.position))
    if (shapeOf(others) === shapeOf(files)) throw packageExists({ values: { packageId: id } })
  }
}
