import path from 'node:path'
import { connect, type RawSql } from '../../src/db/client'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded'
import { migrate } from '../../src/db/migrate'

/** Terminals, groups and merchants have ids that tell their number. */
export const terminalId = (n: number) => `01930000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
export const groupId = (n: number) => `01930000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`
export const merchantId = (n: number) => `01930000-0000-7000-a000-${n.toString(16).padStart(12, '0')}`

/** When the fleet was last heard of; the bench's clock stands there. */
const MOMENT = '2026-11-24T12:00:00Z'

const idOf = (variant: '8' | '9' | 'a', n: string) =>
  `('01930000-0000-7000-${variant}000-' || lpad(to_hex(${n}), 12, '0'))::uuid`

/**
 * A database with a fleet as banks have them: serial numbers that begin with the maker's letters, four platforms of
 * very unlike size, versions from everywhere to nearly extinct, and of every filter a value that three terminals have.
 */
export async function openStatusFleet(
  directory: string,
  terminals: number,
): Promise<{ server: EmbeddedPostgres; now: Date }> {
  const server = await startEmbeddedPostgres({ directory, role: 'server' })
  await migrate(server.owner, path.resolve('drizzle'), server.app.user)
  const sql = connect(server.owner, { max: 1, applicationName: 'psm-bench-fleet' })
  try {
    const [known] = await sql<{ any: boolean }[]>`select exists (select from terminal_actions) as any`
    if (known?.any !== true) await seed(sql, terminals)
    return { server, now: new Date(MOMENT) }
  } finally {
    await sql.end()
  }
}

async function seed(sql: RawSql, terminals: number): Promise<void> {
  for (const statement of statements(terminals)) await sql.unsafe(statement)
}

function statements(terminals: number): string[] {
  const all = `generate_series(0, ${terminals - 1}) n`
  return [
    `insert into terminal_groups (id, name) select ${idOf('9', 'n')}, 'Group ' || n from generate_series(0, 200) n`,
    `insert into merchants (id, name) select ${idOf('a', 'n')}, 'Merchant ' || n from generate_series(0, ${Math.ceil(terminals / 50)}) n`,
    `insert into terminals (id, serial, platform, model, state, merchant_id, enrolled_at)
      select ${idOf('8', 'n')},
        (case when n % 1000 = 7 then 'OT' when n % 100 < 45 then 'WP' when n % 100 < 75 then 'IT' else 'F2' end) || lpad(n::text, 8, '0'),
        case when n % 1000 = 7 then 'other' when n % 100 < 45 then 'wiseasy-wpos3' when n % 100 < 75 then 'ingenico-t3' else 'feitian-f20' end,
        '', case when n in (11, 22, 33) then 'revoked' when n % 50 = 0 then 'expected' when n % 101 = 1 then 'suspended'
          when n % 67 = 2 then 'retired' else 'active' end,
        ${idOf('a', 'n / 50')}, case when n % 50 = 0 then null else timestamptz '${MOMENT}' end
      from ${all}`,
    `insert into terminal_tids (terminal_id, acquirer, tid, mid)
      select ${idOf('8', 'n')}, 'bank', lpad(n::text, 8, '0'), 'M' || lpad((n / 50)::text, 7, '0') from ${all}`,
    `insert into terminal_group_members (group_id, terminal_id)
      select ${idOf('9', '1 + n % 199')}, ${idOf('8', 'n')} from ${all}
      union all select ${idOf('9', '0')}, ${idOf('8', 'n')} from ${all} where n % 10 = 3
      union all select ${idOf('9', '200')}, ${idOf('8', 'n')} from ${all} where n in (5, 500, 900)`,
    `insert into terminal_status (terminal_id, serial, status, status_digest, client_hash, mismatches, received_at)
      select ${idOf('8', 'n')}, t.serial, s.status, sha256(s.status::text::bytea), 'bench',
        case when n % 2000 = 9 then '{model}'::text[] else '{}' end, now()
      from ${all} join terminals t on t.id = ${idOf('8', 'n')}, lateral (select jsonb_build_object(
        'model', case when n in (12, 1200, 900) then 'PROTO-1' when t.platform = 'wiseasy-wpos3' then 'WPOS-3'
          when t.platform = 'ingenico-t3' then (array['Move/5000', 'Desk/5000', 'Lane/3000'])[1 + n % 3] else 'F20' end,
        'os', case when n in (17, 1700, 905) then 'Linux 2.6' else 'Linux 5.' || n % 4 end,
        'network', jsonb_build_object('type', (array['4g', '4g', '3g', 'wifi'])[1 + n % 4], 'operator', (array['MTS', 'MegaFon', 'Beeline'])[1 + n % 3]),
        'serial', t.serial, 'tid', lpad(n::text, 8, '0'),
        'application', jsonb_build_object('name', 'psPos', 'version',
          case when n in (13, 1300, 901) then '0.9.0' when n % 3 = 0 then '3.14.' || n % 7 else '3.15.' || n % 11 end),
        'components', '[{"name": "kernel", "version": "5.4.1"}]'::jsonb || jsonb_build_array(
          jsonb_build_object('name', 'emv', 'version', case when n in (18, 1800, 906) then '6.0' else '7.' || n % 5 end),
          jsonb_build_object('name', 'boot', 'version', '1.' || n % 7)),
        'licenses', jsonb_build_array(jsonb_build_object('licId', 'LIC-' || n))) as status) s
      where n % 50 <> 0`,
    `update terminal_presence p set
        last_seen_at = timestamptz '${MOMENT}' - make_interval(secs => case when n % 100 = 1 then 500 + n % 200 when n % 50 = 3 then 86400 * (1 + n % 30) else n % 250 end),
        next_check_in_seconds = 300, clock_skew_ms = n % 3000, vitals_at = timestamptz '${MOMENT}',
        vitals = jsonb_build_object('signalDbm', -50 - n % 50, 'freeBytes', 100000000 + n, 'uptimeSeconds', n, 'battery', jsonb_build_object('percent', n % 100))
      from ${all} where p.terminal_id = ${idOf('8', 'n')} and n % 50 <> 0`,
    // Without knowing how many there are, what follows licences is planned for a handful.
    'analyze',
    `insert into licenses (id, serial, platform, product, lic_id, valid_until, sha256, size_bytes, blob_key, file_name, format, imported_by, imported_at)
      select ${idOf('8', 'n')}, t.serial, t.platform, '', 'LIC-' || n,
        case when n in (14, 1400, 902) then timestamptz '${MOMENT}' + interval '5 days' else timestamptz '${MOMENT}' + interval '400 days' end,
        encode(sha256(n::text::bytea), 'hex'), 1000, 'sha256/' || n, t.serial || '.lic', 'text', 'bench', now()
      from ${all} join terminals t on t.id = ${idOf('8', 'n')} where n not in (15, 1500, 903)`,
    `insert into license_deliveries (license_id, terminal_id, offered_at, fetched_at, fetched_count, accepted_at)
      select l.id, l.id, now(), now(), 1, case when l.lic_id in ('LIC-16', 'LIC-1600', 'LIC-904') then null else now() end
      from licenses l`,
    `insert into terminal_actions (id, terminal_id, kind, subject_id, state, body, reason, offered_at, state_at)
      select ${idOf('9', 'n')}, ${idOf('8', 'n')}, 'update', ${idOf('a', 'n % 20')},
        case when n % 40 = 4 then 'failed' when n % 40 = 8 then 'offered' when n % 200 = 12 then 'rejected' else 'confirmed' end, '{}',
        case when n % 40 = 4 then (array['battery_low', 'network_lost', 'out_of_space'])[1 + n % 3] when n % 200 = 12 then 'busy_with_payment' end,
        timestamptz '${MOMENT}', timestamptz '${MOMENT}'
      from ${all} where n % 4 = 0`,
    'vacuum analyze',
  ]
}
