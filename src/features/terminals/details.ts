import { and, asc, count, eq, gt, inArray, isNull, max } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { type TerminalRow, toViews } from './queries'
import type { TerminalDetails } from './schemas'
import {
  enrollmentCodes,
  enrollmentCodeTerminals,
  merchants,
  terminalGroupMembers,
  terminalGroups,
} from './tables'

/** Rows as pages show them, in the order given. */
export async function toDetails(ctx: Ctx, rows: readonly TerminalRow[]): Promise<TerminalDetails[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const names = await loadMerchants(ctx, rows)
  const groups = await ctx.db
    .select({
      terminalId: terminalGroupMembers.terminalId,
      id: terminalGroups.id,
      name: terminalGroups.name,
    })
    .from(terminalGroupMembers)
    .innerJoin(terminalGroups, eq(terminalGroups.id, terminalGroupMembers.groupId))
    .where(inArray(terminalGroupMembers.terminalId, ids))
    .orderBy(asc(terminalGroups.name))
  const codes = await loadOpenCodes(ctx, ids)
  return (await toViews(ctx.db, rows)).map((view) => ({
    ...view,
    merchantName: names.get(view.merchantId ?? '') ?? null,
    groups: groups.filter((one) => one.terminalId === view.id).map(({ id, name }) => ({ id, name })),
    enrollmentCodes: codes.get(view.id) ?? { open: 0, expiresAt: null },
  }))
}

async function loadMerchants(ctx: Ctx, rows: readonly TerminalRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => row.merchantId ?? []))]
  if (ids.length === 0) return new Map()
  const found = await ctx.db
    .select({ id: merchants.id, name: merchants.name })
    .from(merchants)
    .where(inArray(merchants.id, ids))
  return new Map(found.map(({ id, name }) => [id, name]))
}

async function loadOpenCodes(ctx: Ctx, ids: readonly string[]) {
  const found = await ctx.db
    .select({
      terminalId: enrollmentCodeTerminals.terminalId,
      open: count(),
      expiresAt: max(enrollmentCodes.expiresAt),
    })
    .from(enrollmentCodeTerminals)
    .innerJoin(enrollmentCodes, eq(enrollmentCodes.id, enrollmentCodeTerminals.codeId))
    .where(
      and(
        inArray(enrollmentCodeTerminals.terminalId, [...ids]),
        isNull(enrollmentCodeTerminals.spentAt),
        isNull(enrollmentCodes.revokedAt),
        gt(enrollmentCodes.expiresAt, ctx.clock.now()),
      ),
    )
    .groupBy(enrollmentCodeTerminals.terminalId)
  return new Map(
    found.map(({ terminalId, open, expiresAt }) => [
      terminalId,
      { open, expiresAt: expiresAt?.toISOString() ?? null },
    ]),
  )
}
