import { and, asc, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { checkKey } from '../../../../blobs/keys'
import type { Ctx } from '../../../../core/context'
import { escapeLike } from '../../../../core/like'
import { decodeCursor, toPage } from '../../../../core/paging'
import { query } from '../../../../core/verb'
import { noteHandover } from '../../../audit'
import { packageFileNotFound, packageNotFound } from '../errors'
import { ListPackagesInput, PackageFileRef, PackageRef, type PackageView } from '../schemas'
import { packageFiles, packages } from '../tables'
import { toSummary } from '../view'
import { rulesOf } from './rules'

const Position = z.tuple([z.uuid()])

/** Packages, newest first. They are for the whole fleet: whoever may see packages sees all. */
export const listPackages = query(
  { permission: 'packages:read', input: ListPackagesInput },
  async (ctx, input) => {
    const rows = await ctx.db
      .select()
      .from(packages)
      .where(
        and(
          input.platform === undefined ? undefined : eq(packages.platform, input.platform),
          input.component === undefined ? undefined : eq(packages.component, input.component),
          input.model === undefined ? undefined : isFor(input.model),
          input.search === undefined || input.search === '' ? undefined : mentions(input.search),
          input.cursor === undefined ? undefined : lt(packages.id, decodeCursor(input.cursor, Position)[0]),
        ),
      )
      .orderBy(desc(packages.id))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.id], toSummary)
  },
)

/** Named, or among all of the platform. */
function isFor(model: string): SQL {
  return sql`(${packages.models} = '{}' or ${model} = any(${packages.models}))`
}

function mentions(search: string): SQL | undefined {
  const pattern = `%${escapeLike(search)}%`
  return or(
    sql`${packages.component} ilike ${pattern}`,
    sql`${packages.version} ilike ${pattern}`,
    sql`exists (select from package_files f where f.package_id = ${packages.id} and f.name ilike ${pattern})`,
  )
}

/** One package with its files and the rules that need it. */
export const getPackage = query({ permission: 'packages:read', input: PackageRef }, (ctx, input) =>
  findPackage(ctx, input.packageId),
)

export async function findPackage(ctx: Pick<Ctx, 'db'>, packageId: string): Promise<PackageView> {
  const found = (await loadPackages(ctx.db, [packageId])).get(packageId)
  if (found === undefined) throw packageNotFound()
  return {
    ...toSummary(found),
    notes: found.notes,
    inspected: found.inspected,
    files: found.files.map(({ position, name, target, sha256, sizeBytes }) => ({
      position,
      name,
      target,
      sha256,
      sizeBytes,
    })),
    rules: await rulesOf(ctx, packageId),
  }
}

export type LoadedPackage = typeof packages.$inferSelect & { files: (typeof packageFiles.$inferSelect)[] }

/** Packages by their ids, each with its files in the order in which a terminal takes them. Unknown ids are left out. */
export async function loadPackages(
  db: Ctx['db'],
  packageIds: readonly string[],
): Promise<Map<string, LoadedPackage>> {
  const ids = [...new Set(packageIds)]
  if (ids.length === 0) return new Map()
  const rows = await db.select().from(packages).where(inArray(packages.id, ids))
  const loaded = new Map<string, LoadedPackage>(rows.map((row) => [row.id, { ...row, files: [] }]))
  const files = await db
    .select()
    .from(packageFiles)
    .where(inArray(packageFiles.packageId, ids))
    .orderBy(asc(packageFiles.packageId), asc(packageFiles.position))
  for (const file of files) loaded.get(file.packageId)?.files.push(file)
  return loaded
}

/** A file of a package, for a download by an operator: opened when its bytes are wanted, of which the audit log tells. */
export const openPackageFile = query(
  { permission: 'packages:read', input: PackageFileRef },
  async (ctx, { packageId, position }) => {
    const [file] = await ctx.db
      .select()
      .from(packageFiles)
      .where(and(eq(packageFiles.packageId, packageId), eq(packageFiles.position, position)))
    if (file === undefined) throw packageFileNotFound()
    return {
      name: file.name,
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      open: async (range?: { start: number; endInclusive: number }) => {
        await noteHandover(ctx, {
          action: 'package.downloaded',
          subject: { kind: 'package', id: packageId, label: file.name },
        })
        return (await ctx.blobs.open(checkKey(file.blobKey), range)).stream
      },
    }
  },
)
