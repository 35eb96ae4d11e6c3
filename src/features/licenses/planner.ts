import { sql } from 'drizzle-orm'
import type { PlatformId } from '../../core/platforms'
import type { Plan, PlannedTerminal, Planner } from '../actions'

interface Held {
  id: string
  serial: string
  platform: PlatformId
  licId: string
  sha256: string
  sizeBytes: number
}

interface Reported {
  licId: string
  sha256?: string
}

const STREAM_ROWS = 5_000

/**
 * A terminal is told of each of its current licences that its status does not show. It proves one by naming its licence
 * id with the SHA-256 of the file, or without any.
 */
export const licencePlanner: Planner = {
  kind: 'license',
  reads: ['licenses'],

  async plan(ctx, terminals) {
    const now = ctx.clock.now().toISOString()
    const serials = terminals.map((one) => one.serial)
    const held = await ctx.db.execute<Held & Record<string, unknown>>(sql`
      select id, serial, platform, lic_id as "licId", sha256, size_bytes as "sizeBytes" from licenses
      where state = 'current' and serial in ${serials} and (valid_until is null or valid_until > ${now})
      order by id`)
    return new Map(terminals.map((terminal) => [terminal.terminalId, planOf(terminal, held)]))
  },

  async offered(ctx, offers) {
    await ctx.db.execute(sql`
      insert into license_deliveries (license_id, terminal_id, offered_at)
      select l, t, ${ctx.clock.now().toISOString()} from jsonb_to_recordset(${rows(offers)}::text::jsonb) as x(l uuid, t uuid)
      on conflict (license_id, terminal_id) do update set offered_at = coalesce(license_deliveries.offered_at, excluded.offered_at)`)
  },

  async confirmed(ctx, done) {
    await ctx.db.execute(sql`
      insert into license_deliveries (license_id, terminal_id, accepted_at)
      select l, t, ${ctx.clock.now().toISOString()} from jsonb_to_recordset(${rows(done)}::text::jsonb) as x(l uuid, t uuid)
      on conflict (license_id, terminal_id) do update set accepted_at = excluded.accepted_at`)
  },

  async *candidates(ctx) {
    const found = ctx.sql<{ id: string }[]>`
      select distinct t.id from licenses l
      join terminals t on t.serial = l.serial and t.platform = l.platform and t.state = 'active'
      left join license_deliveries d on d.license_id = l.id and d.terminal_id = t.id
      where l.state = 'current' and d.accepted_at is null and (l.valid_until is null or l.valid_until > now())`
    for await (const batch of found.cursor(STREAM_ROWS)) yield batch.map((row) => row.id)
  },
}

function rows(pairs: readonly { terminalId: string; subjectId: string }[]): string {
  return JSON.stringify(pairs.map((one) => ({ l: one.subjectId, t: one.terminalId })))
}

/** Pure: which licences this terminal is still to be told of, oldest import first, and which it has. */
export function planOf(terminal: PlannedTerminal, licences: readonly Held[]): Plan {
  const reported = (terminal.status?.licenses ?? []) as Reported[]
  const own = licences.filter((one) => one.serial === terminal.serial && one.platform === terminal.platform)
  const isProven = (licence: Held) =>
    reported.some(
      (one) =>
        one.licId === licence.licId &&
        (one.sha256 === undefined || one.sha256.toLowerCase() === licence.sha256),
    )
  return {
    wishes: own
      .filter((licence) => !isProven(licence))
      .map((licence) => ({ subjectId: licence.id, body: bodyOf(licence) })),
    provenSubjectIds: own.filter(isProven).map((licence) => licence.id),
  }
}

function bodyOf({ licId, sha256, sizeBytes }: Held): Record<string, unknown> {
  return { licId, sha256, size: sizeBytes, url: `/terminal/v1/license?licId=${encodeURIComponent(licId)}` }
}
