import type { Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { createGroup, createMerchant } from '../../../../src/features/terminals/service/places'
import type { TestDatabase } from '../../../support/postgres'
import { makeCtx, operator } from '../../../support/services'

/** When the invented fleet is looked at. */
export const NOW = new Date('2026-11-24T12:00:00.000Z')
export const TERMINALS = 240

const PLATFORMS = ['wiseasy-wpos3', 'ingenico-t3', 'feitian-f20', 'other']
const STATES = ['active', 'active', 'active', 'suspended', 'retired', 'expected']
/** Seconds of silence with an interval of 300: both sides of each edge, many alike. */
const SILENT = [0, 0, 0, 60, 399.999, 400, 400.001, 899.999, 900, 900.001, 7200, 86_400]

export interface Fleet {
  groups: string[]
  merchants: string[]
  ids: string[]
}

/** Terminals of every kind, some that never called, some without a status, with times that many share. */
export async function makeFleet(database: TestDatabase, services: Services): Promise<Fleet> {
  const admin = makeCtx(services, operator('admin'))
  const groups = [
    await createGroup(admin, { name: 'North' }),
    await createGroup(admin, { name: 'South' }),
  ].map((one) => one.id)
  const merchants = [
    await createMerchant(admin, { name: '=cmd|calc' }),
    await createMerchant(admin, { name: 'Café' }),
  ].map((one) => one.id)
  const rows = Array.from({ length: TERMINALS }, (_, n) => ({
    id: newId(NOW.getTime() - ((n * 7919) % TERMINALS)),
    serial: `${n % 3 === 0 ? 'A' : 'b'}${String((n * 37) % 1000).padStart(4, '0')}-${n}`,
    platform: PLATFORMS[n % 4],
    state: STATES[n % STATES.length],
    merchant_id: n % 5 === 0 ? merchants[n % 2] : null,
  }))
  const { sql } = database
  await sql`insert into terminals ${sql(rows)}`
  const tids = rows.map((row, n) => ({
    terminal_id: row.id,
    acquirer: 'bank',
    tid: `7${n}`,
    mid: `M${n % 9}`,
  }))
  await sql`insert into terminal_tids ${sql(tids)}`
  const members = rows.flatMap((row, n) => [
    ...(n % 3 === 0 ? [{ group_id: groups[0] as string, terminal_id: row.id }] : []),
    ...(n % 7 === 0 ? [{ group_id: groups[1] as string, terminal_id: row.id }] : []),
  ])
  await sql`insert into terminal_group_members ${sql(members)}`
  for (const [n, row] of rows.entries()) {
    if (n % 13 !== 0)
      await sql`update terminal_presence set next_check_in_seconds = 300,
        last_seen_at = ${new Date(NOW.getTime() - (SILENT[n % SILENT.length] ?? 0) * 1000)} where terminal_id = ${row.id}`
    if (n % 17 === 0) await sql`insert into card_findings values (${row.id}, 'slip', 1, ${NOW}, ${NOW})`
    if (n % 11 === 0) continue
    const status = { model: `MODEL-${n % 6}`, application: { name: 'psPos', version: `3.${n % 8}` } }
    await sql`insert into terminal_status (terminal_id, serial, status, status_digest, mismatches, received_at)
      values (${row.id}, ${row.serial}, ${JSON.stringify(status)}::text::jsonb, 'x', ${n % 17 === 0 ? ['model'] : []}, ${NOW})`
  }
  return { groups, merchants, ids: rows.map((row) => row.id) }
}
