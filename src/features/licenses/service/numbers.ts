import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { SearchNumbersInput } from '../schemas'
import { licenseDeliveries, licenses, terminalLicenseGaps } from '../tables'
import { contains } from './find'

const Position = z.tuple([z.string()])

/** Terminals by their licences: what each holds, what waits for it, what expires soon, which have none. */
export const searchNumbers = query(
  { permission: 'licenses:read', input: SearchNumbersInput },
  async (ctx, input) => {
    const soon = new Date(ctx.clock.now().getTime() + input.expiresInDays * 86_400_000).toISOString()
    const conditions: (SQL | undefined)[] = [
      visibleTerminals(ctx),
      input.terminalId === undefined ? sql`${terminals.state} not in ('retired', 'revoked')` : undefined,
      input.terminalId === undefined ? undefined : sql`${terminals.id} = ${input.terminalId}`,
      input.platform === undefined ? undefined : sql`${terminals.platform} = ${input.platform}`,
      input.search === undefined || input.search === '' ? undefined : matching(input.search),
      HOLDS[input.holds](soon),
    ]
    const gap = input.holds === 'none' || input.holds === 'waiting' ? input.holds : undefined
    const found = ctx.db
      .select({
        terminalId: terminals.id,
        serial: terminals.serial,
        platform: terminals.platform,
        state: terminals.state,
        reported: sql<{ licId: string; sha256?: string }[]>`coalesce(
        (select s.status -> 'licenses' from terminal_status s where s.terminal_id = ${terminals.id}), '[]')`,
      })
      .from(terminals)
      .$dynamic()
    // What is missing is walked by its own index, in the same order; the condition is asked all the same.
    if (gap !== undefined)
      found.innerJoin(
        terminalLicenseGaps,
        and(eq(terminalLicenseGaps.terminalId, terminals.id), eq(terminalLicenseGaps.kind, gap)),
      )
    const serial = gap === undefined ? terminals.serial : terminalLicenseGaps.serial
    if (input.cursor !== undefined) conditions.push(gt(serial, decodeCursor(input.cursor, Position)[0]))
    const rows = await found
      .where(and(...conditions))
      .orderBy(asc(serial))
      .limit(input.limit + 1)
    const held = await loadHeld(ctx.db, rows.slice(0, input.limit))
    return toPage(
      rows,
      input.limit,
      (row) => [row.serial],
      (row) => ({ ...row, licenses: held.get(row.terminalId) ?? [] }),
    )
  },
)

const ofThisTerminal = sql`l.serial = ${terminals.serial} and l.platform = ${terminals.platform} and l.state = 'current'`

const HOLDS: Record<'any' | 'none' | 'waiting' | 'expiring', (soon: string) => SQL | undefined> = {
  any: () => undefined,
  none: () => sql`not exists (select from licenses l where ${ofThisTerminal})`,
  waiting: () => sql`exists (select from licenses l
    left join license_deliveries d on d.license_id = l.id and d.terminal_id = ${terminals.id}
    where ${ofThisTerminal} and d.accepted_at is null)`,
  expiring: (soon) =>
    sql`exists (select from licenses l where ${ofThisTerminal} and l.valid_until < ${soon})`,
}

function matching(search: string): SQL | undefined {
  return or(
    contains(sql`${terminals.serial}`, search),
    sql`${terminals.serial} in (select l.serial from licenses l where l.state = 'current'
      and ${contains(sql`l.lic_id`, search)})`,
  )
}

type Database = Parameters<Parameters<typeof query>[1]>[0]['db']

async function loadHeld(
  db: Database,
  rows: readonly { terminalId: string; serial: string; platform: string }[],
) {
  const byTerminal = new Map<string, ReturnType<typeof toHeld>[]>()
  if (rows.length === 0) return byTerminal
  const found = await db
    .select({ licence: licenses, delivery: licenseDeliveries })
    .from(licenses)
    .leftJoin(
      licenseDeliveries,
      and(
        sql`${licenseDeliveries.licenseId} = ${licenses.id}`,
        inArray(
          licenseDeliveries.terminalId,
          rows.map((row) => row.terminalId),
        ),
      ),
    )
    .where(
      and(
        sql`${licenses.state} = 'current'`,
        inArray(
          licenses.serial,
          rows.map((row) => row.serial),
        ),
      ),
    )
    .orderBy(licenses.product)
  for (const row of rows)
    byTerminal.set(
      row.terminalId,
      found
        .filter(({ licence }) => licence.serial === row.serial && licence.platform === row.platform)
        .map(({ licence, delivery }) => toHeld(licence, delivery)),
    )
  return byTerminal
}

function toHeld(
  licence: typeof licenses.$inferSelect,
  delivery: typeof licenseDeliveries.$inferSelect | null,
) {
  return {
    id: licence.id,
    licId: licence.licId,
    product: licence.product,
    validUntil: licence.validUntil?.toISOString() ?? null,
    offeredAt: delivery?.offeredAt?.toISOString() ?? null,
    fetchedAt: delivery?.fetchedAt?.toISOString() ?? null,
    acceptedAt: delivery?.acceptedAt?.toISOString() ?? null,
  }
}
