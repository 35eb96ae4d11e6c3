import { it } from 'vitest'
import { listEcrLogs } from '../../src/features/monitoring/ecr-logs/find'
import { useTestDatabase } from '../support/postgres'
import { makeCtx, makeServices, operator } from '../support/services'
const database = useTestDatabase()
it('m', async () => {
  const s = database.sql
  await s`set statement_timeout = 0`
  await s.unsafe(`insert into merchants (id, name) values ('00000000-0000-7000-8000-000000000001','M')`)
  await s.unsafe(`insert into terminals (id, serial, platform, merchant_id) select gen_random_uuid(), 'SN' || lpad(n::text, 6, '0'), 'other', case when n % 1000 = 0 then '00000000-0000-7000-8000-000000000001'::uuid end from generate_series(1, 20000) n`)
  await s.unsafe(`insert into terminal_tids (terminal_id, tid) select id, substr(serial, 3) from terminals`)
  await s.begin(async (q) => {
    await q`set local statement_timeout = 0`
    await q.unsafe(`insert into ecr_logs (id, terminal_id, name, version, state, blob_key, charset, content_mac, received_bytes, size_bytes, packed_bytes, rows, card_numbers, blocks, received_at, from_at, to_at)
    select (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid, t.id, n || '.log', 1, 'kept', 'ecr-logs/' || n, 'utf-8', '\\x00', 50000, (n::bigint * 7919) % 1000000 + 1000, 9000, 1000, 0,
      (select jsonb_agg(jsonb_build_object('at', k * 30000, 'packedBytes', 30000, 'sizeBytes', 262144, 'row', k * 3000, 'rows', 3000, 'firstTime', '2026-11-27T10:00:00', 'lastTime', '2026-11-27T10:00:00')) from generate_series(1, 4) k),
      to_timestamp(ms / 1000.0), to_timestamp(ms / 1000.0 - 7200), to_timestamp(ms / 1000.0 - 3600)
    from (select n, 1764000000000 - (800000 - n)::bigint * 10000 ms from generate_series(1, 800000) n) g
    join (select id, row_number() over (order by serial) k from terminals) t on t.k = (n * 7) % 20000 + 1`)
  })
  console.log('loaded', new Date().toISOString())
  await s.unsafe('analyze')
  const me = makeCtx(await makeServices(database), operator())
  const lim = makeCtx(await makeServices(database), { ...operator(), visibility: { kind: 'limited', groupIds: [], merchantIds: ['00000000-0000-7000-8000-000000000001'] } } as never)
  const [one] = await s`select id from terminals where serial = 'SN000777'`
  const cases: [string, object][] = [
    ['none', {}], ['cards', { hasCardNumbers: true }], ['no cards', { hasCardNumbers: false }],
    ['minBytes none', { minBytes: 50_000_000 }], ['minBytes rare', { minBytes: 1_000_900 }], ['from future', { from: '2030-01-01T00:00:00.000Z' }], ['to past', { to: '2001-01-01T00:00:00.000Z' }],
    ['prefix all', { search: 'SN' }], ['prefix 10k', { search: 'SN01' }], ['prefix 10', { search: 'SN00077' }], ['serial', { search: 'SN000777' }], ['tid', { tid: '000777' }], ['tid prefix', { search: '00077' }], ['nothing', { search: 'XX' }],
    ['terminal', { terminalId: one?.id }], ['prefix all + min', { search: 'SN', minBytes: 50_000_000 }],
    ['mid period', { from: '2025-09-10T00:00:00.000Z', to: '2025-09-11T00:00:00.000Z' }],
  ]
  for (const pass of ['cold vm', 'vacuumed']) {
    if (pass === 'vacuumed') {
      const owner = (await import('../../src/db/client')).openPools(database.owner, 'o')
      await owner.sql.unsafe('set statement_timeout = 0'); await owner.sql.unsafe('vacuum analyze ecr_logs').catch((e: Error) => console.log(e.message)); await owner.end()
    }
    for (const [name, filter] of cases) for (const [who, ctx] of [['all', me], ['limited', lim]] as const) {
      const t = performance.now()
      const out: unknown[] = []
      let pages = 0
      try {
        let page = await listEcrLogs(ctx, filter as never)
        const first = performance.now() - t
        pages = 1
        const n = page.items.length
        while (page.items.length === 0 && page.nextCursor) { page = await listEcrLogs(ctx, { ...filter, cursor: page.nextCursor } as never); pages++ }
        out.push(Math.round(first), 'ms first, n', n, 'pages to first', pages, Math.round(performance.now() - t), 'ms')
      } catch (e) { out.push(String(e)) }
      console.log(pass, who, name, ...out)
    }
  }
  const [sz] = await s`select pg_size_pretty(pg_relation_size('ecr_logs')) t, pg_size_pretty(pg_relation_size('ecr_logs_walk')) w, pg_size_pretty(pg_relation_size('ecr_logs_of_terminal')) o`
  console.log(sz)
}, 900_000)
