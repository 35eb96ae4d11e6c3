import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { PlatformId } from '../../../core/platforms'
import { licenses } from '../tables'

export interface HeldLicence {
  id: string
  licId: string
  product: string
  validUntil: string | null
}

/** The current licences of a serial number, registered or not; it may be written in either case. */
export async function heldLicences(
  ctx: Pick<Ctx, 'db'>,
  { serial, platform }: { serial: string; platform: PlatformId },
): Promise<HeldLicence[]> {
  const written = [...new Set([serial, serial.toUpperCase(), serial.toLowerCase()])]
  const rows = await ctx.db
    .select({
      id: licenses.id,
      licId: licenses.licId,
      product: licenses.product,
      validUntil: licenses.validUntil,
    })
    .from(licenses)
    .where(
      and(inArray(licenses.serial, written), eq(licenses.platform, platform), eq(licenses.state, 'current')),
    )
    .orderBy(asc(licenses.product), asc(licenses.id))
  return rows.map((row) => ({ ...row, validUntil: row.validUntil?.toISOString() ?? null }))
}
