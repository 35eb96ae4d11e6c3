import { type ConnectionTarget, connect } from '../../src/db/client'
import { writePresence } from '../../src/features/monitoring/status'
import { terminalId } from './fleet'

const BATCH = 1_000
const BATCHES = 100
const STRIDE = 7_919

export interface PresenceCost {
  with: number
  without: number
}

/** What the two indexes of last-seen times cost: rows written per second by the server's own statement, with and without. */
export async function measurePresence(owner: ConnectionTarget): Promise<PresenceCost> {
  const sql = connect(owner, { max: 1, applicationName: 'psm-bench-presence' })
  try {
    const [count] = await sql<{ n: number }[]>`select count(*)::int as n from terminals`
    const terminals = count?.n ?? 0
    const indexes = await sql<{ definition: string }[]>`
      select indexdef as definition from pg_indexes
      where tablename = 'terminal_presence' and indexname in ('terminal_presence_seen', 'terminal_presence_late')`
    const write = async () => {
      const rows = Math.min(BATCH, terminals)
      const startedAt = performance.now()
      for (let batch = 0; batch < BATCHES; batch++)
        await writePresence(
          sql,
          Array.from({ length: rows }, (_, n) => ({
            terminalId: terminalId(((batch * rows + n) * STRIDE) % terminals),
            seenAtMs: Date.now() + batch,
            nextCheckInSeconds: 300,
            clockSkewMs: null,
            vitals: { signalDbm: -60 },
          })),
        )
      return Math.round((BATCHES * rows * 1000) / (performance.now() - startedAt))
    }
    await write()
    const withIndexes = await write()
    await sql`drop index terminal_presence_seen, terminal_presence_late`
    await sql`vacuum terminal_presence`
    await write()
    const without = await write()
    for (const { definition } of indexes) await sql.unsafe(definition)
    return { with: withIndexes, without }
  } finally {
    await sql.end()
  }
}
