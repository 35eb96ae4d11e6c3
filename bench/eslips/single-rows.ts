import { type ConnectionTarget, connect } from '../../src/db/client'
import { sampleSlips } from './requests'
import { COLUMNS, SAMPLES, TERMINALS } from './rows'

/** Where there is no pgbench: the same statement from so many connections, each waiting for its commit. */
export async function commitSingleRows(
  target: ConnectionTarget,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<{ commits: number; seconds: number }> {
  const sql = connect(target, { max: connections, applicationName: 'psm-bench-rows' })
  const [slip] = sampleSlips('bench', 1)
  const content = JSON.stringify(slip)
  const startedAt = performance.now()
  let commits = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - startedAt < seconds * 1000) {
        const t = String(1 + Math.floor(Math.random() * TERMINALS))
        const n = 1 + Math.floor(Math.random() * SAMPLES)
        await sql`insert into eslips (${sql.unsafe(COLUMNS)}) values (gen_random_uuid(), now(),
          ${`00000000-0000-4000-8000-${t.padStart(12, '0')}`}, gen_random_uuid(), gen_random_uuid(), now(), false, false,
          'sale', 'approved', ${n * 100}, 'RUB', ${t.padStart(8, '0')}, ${t.padStart(15, '0')},
          ${String(n).padStart(12, '6')}, ${String(n).padStart(6, '0')}, ${String(n)},
          ${String(n % 10_000).padStart(4, '0')}, 'mir', ${content}::text::json)`
        commits++
      }
    }),
  )
  const took = (performance.now() - startedAt) / 1000
  await sql.end()
  return { commits, seconds: took }
}
