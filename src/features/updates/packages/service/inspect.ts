import { and, eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../../../core/context'
import type { PlatformId } from '../../../../core/platforms'
import { query } from '../../../../core/verb'
import { inspectFiles } from '../inspect/inspect'
import { InspectInput, type InspectReport, type PackageWarning } from '../schemas'
import { packages } from '../tables'
import { openFiles } from './uploaded'

/**
 * Looks into complete uploads of the caller before a package is made of them: what they say of themselves, what is
 * doubtful, and how the form may be filled in. Reads directories and small texts, never whole files.
 */
export const inspectPackage = query(
  { permission: 'packages:write', input: InspectInput },
  async (ctx, input): Promise<z.infer<typeof InspectReport>> => {
    const report = await inspectFiles({ ...input, files: await openFiles(ctx, input) })
    const { component, fromVersion } = report.suggested
    const base = {
      platform: input.platform,
      component: input.component ?? component,
      fromVersion,
    }
    return { ...report, warnings: [...report.warnings, ...(await warnOfBase(ctx, base))] }
  },
)

/** Of an incremental package: that no package leads to the version it builds on. */
export async function warnOfBase(
  { db }: Pick<Ctx, 'db'>,
  base: { platform: PlatformId; component: string | null; fromVersion: string | null },
): Promise<PackageWarning[]> {
  const { platform, component, fromVersion } = base
  if (component === null || fromVersion === null) return []
  const found = await db
    .select({ id: packages.id })
    .from(packages)
    .where(
      and(
        eq(packages.platform, platform),
        sql`lower(${packages.component}) = lower(${component})`,
        eq(packages.version, fromVersion),
      ),
    )
    .limit(1)
  return found.length > 0 ? [] : [{ code: 'base_missing', detail: fromVersion }]
}
