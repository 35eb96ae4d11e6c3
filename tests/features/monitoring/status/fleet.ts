import type { Services } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import type { ActionState, ResultReason } from '../../../../src/features/actions/lists'
import type { LicenseState, UpdateState } from '../../../../src/features/monitoring/status/lists'
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

/** What hangs on a terminal without standing in its row of the list. */
export interface Attached {
  components: { name: string; version: string }[]
  license: LicenseState
  update: UpdateState
  failures: ResultReason[]
  appSet: string | undefined
}

export interface Fleet {
  groups: string[]
  merchants: string[]
  ids: string[]
  attached: Map<string, Attached>
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
    const status = {
      model: `MODEL-${n % 6}`,
      application: { name: 'psPos', version: `3.${n % 8}` },
      ...(n % 4 === 0 ? {} : { os: `Linux ${n % 3}` }),
      ...(n % 5 === 0
        ? {}
        : { network: { type: n % 2 ? '4g' : 'wifi', ...(n % 3 ? { operator: 'MTS' } : {}) } }),
      components: componentsOf(n),
    }
    await sql`insert into terminal_status (terminal_id, serial, status, status_digest, mismatches, received_at)
      values (${row.id}, ${row.serial}, ${JSON.stringify(status)}::text::jsonb, 'x', ${n % 17 === 0 ? ['model'] : []}, ${NOW})`
  }
  const attached = new Map<string, Attached>()
  for (const [n, row] of rows.entries()) {
    const license = await giveLicences(sql, row, n)
    const components = n % 11 === 0 ? [] : componentsOf(n)
    const appSet = await connect(sql, row.id, n)
    attached.set(row.id, { components, license, appSet, ...(await giveActions(sql, row.id, n)) })
  }
  return { groups, merchants, ids: rows.map((row) => row.id), attached }
}

/** The sets of every fifth terminal, by name. */
const SETS = ['Shops', undefined, 'Cafés', undefined, 'Shops']

async function connect(sql: TestDatabase['sql'], terminalId: string, n: number): Promise<string | undefined> {
  const name = SETS[n % SETS.length]
  if (name === undefined) return undefined
  await sql`insert into app_sets (id, name, created_by, created_at, updated_by, updated_at)
    values (${newId()}, ${name}, 'test', ${NOW}, 'test', ${NOW}) on conflict do nothing`
  await sql`insert into app_connections (terminal_id, set_id, since_revision, connected_by, connected_at)
    select ${terminalId}, id, 1, 'test', ${NOW} from app_sets where name = ${name}`
  return name
}

/** Some say the same twice, some have two of a name. */
function componentsOf(n: number): { name: string; version: string }[] {
  const kernel = { name: 'kernel', version: `5.${n % 3}` }
  if (n % 7 === 1) return []
  return [
    kernel,
    { name: 'emv', version: '7' },
    ...(n % 10 === 3 ? [kernel, { name: 'emv', version: '8' }] : []),
  ]
}

const day = (days: number) => new Date(NOW.getTime() + days * 86_400_000)
/** The end of the licences of every sixth terminal; of two products for some. */
const LICENCES: { state: LicenseState; ends: (Date | null)[]; isShown: boolean }[] = [
  { state: 'none', ends: [], isShown: false },
  { state: 'waiting', ends: [day(-1)], isShown: false },
  { state: 'expired', ends: [day(-3), NOW, day(400)], isShown: true },
  { state: 'expiring', ends: [day(400), day(30), day(1)], isShown: true },
  { state: 'held', ends: [null], isShown: true },
  { state: 'held', ends: [day(31), null], isShown: true },
]

async function giveLicences(
  sql: TestDatabase['sql'],
  row: { id: string; serial: string; platform: string | undefined },
  n: number,
): Promise<LicenseState> {
  const { state, ends, isShown } = LICENCES[n % LICENCES.length] as (typeof LICENCES)[number]
  for (const [at, end] of ends.entries()) {
    const id = newId()
    await sql`insert into licenses (id, serial, platform, product, lic_id, valid_until, sha256, size_bytes, blob_key,
        file_name, format, imported_by, imported_at)
      values (${id}, ${row.serial}, ${row.platform ?? ''}, ${`P${at}`}, ${`L${n}`}, ${end}, ${'0'.repeat(64)}, 1, 'k', 'f', 'text', 'test', ${NOW})`
    if (isShown)
      await sql`insert into license_deliveries (license_id, terminal_id, accepted_at) values (${id}, ${row.id}, ${NOW})`
  }
  return state
}

type Deed = [kind: 'license' | 'update', state: ActionState, reason?: ResultReason]
/** The actions of every ninth terminal, oldest first. */
const DEEDS: { deeds: Deed[]; update: UpdateState; failures: ResultReason[] }[] = [
  { deeds: [], update: 'none', failures: [] },
  {
    deeds: [
      ['update', 'failed', 'hash_mismatch'],
      ['update', 'confirmed'],
    ],
    update: 'confirmed',
    failures: [],
  },
  { deeds: [['update', 'failed', 'battery_low']], update: 'failed', failures: ['battery_low'] },
  {
    deeds: [
      ['update', 'failed', 'battery_low'],
      ['update', 'offered'],
    ],
    update: 'offered',
    failures: [],
  },
  {
    deeds: [
      ['license', 'failed', 'out_of_space'],
      ['update', 'failed', 'out_of_space'],
    ],
    update: 'failed',
    failures: ['out_of_space'],
  },
  { deeds: [['update', 'rejected']], update: 'rejected', failures: ['other'] },
  { deeds: [['update', 'withdrawn']], update: 'withdrawn', failures: [] },
  { deeds: [['update', 'installed']], update: 'installed', failures: [] },
  { deeds: [['license', 'rejected', 'battery_low']], update: 'none', failures: ['battery_low'] },
]

/** Offered first, as all are, and moved to where they stand; the oldest moves last. */
async function giveActions(sql: TestDatabase['sql'], terminalId: string, n: number) {
  const { deeds, ...stands } = DEEDS[n % DEEDS.length] as (typeof DEEDS)[number]
  const ids: string[] = []
  for (const [at, [kind]] of deeds.entries()) {
    const id = newId()
    ids.push(id)
    const [state, offeredAt] = [at < deeds.length - 1 ? 'installed' : 'offered', day(at - 9)]
    await sql`insert into terminal_actions (id, terminal_id, kind, subject_id, state, body, offered_at, state_at)
      values (${id}, ${terminalId}, ${kind}, ${newId()}, ${state}, '{}', ${offeredAt}, ${offeredAt})`
  }
  for (const [at, [, state, reason]] of [...deeds.entries()].reverse())
    await sql`update terminal_actions set state = ${state}, reason = ${reason ?? null} where id = ${ids[at] ?? ''}`
  return stands
}
