import { type ConnectionTarget, connect } from '../../src/db/client'
import { terminalId } from './fleet'

const BATCH = 100
const BATCHES = 100
const STRIDE = 7_919
const INDEXES = [
  'terminal_status_os',
  'terminal_status_network_type',
  'terminal_status_network_operator',
  'terminal_status_components',
]

/** What the indexes behind the filters by OS, network and component cost: statuses with a new application version written per second, with and without. */
export async function measureStatuses(owner: ConnectionTarget): Promise<{ with: number; without: number }> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-bench-statuses' })
  try {
    const [count] = await sql<{ n: number }[]>`select count(*)::int as n from terminals`
    const terminals = count?.n ?? 0
    let turn = 0
    const write = async () => {
      const startedAt = performance.now()
      let rows = 0
      for (let batch = 0; batch < BATCHES; batch++) {
        const ids = Array.from({ length: BATCH }, (_, n) =>
          terminalId(((turn * BATCHES * BATCH + batch * BATCH + n) * STRIDE) % terminals),
        )
        const changed = await sql`
          update terminal_status set received_at = now(),
            status = jsonb_set(status, '{application,version}', to_jsonb('4.' || ${turn}::text))
          where terminal_id in ${sql(ids)}`
        rows += changed.count
      }
      turn += 1
      return Math.round((rows * 1000) / (performance.now() - startedAt))
    }
    const indexes = await sql<{ definition: string }[]>`
      select indexdef as definition from pg_indexes where indexname in ${sql(INDEXES)}`
    await write()
    const withIndexes = await write()
    for (const name of INDEXES) await sql.unsafe(`drop index ${name}`)
    await write()
    const without = await write()
    for (const { definition } of indexes) await sql.unsafe(definition)
    return { with: withIndexes, without }
  } finally {
    await sql.end()
  }
}
