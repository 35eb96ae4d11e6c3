import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, type RawSql } from '../../db/client'
import { findRunning } from '../../db/embedded'
import { prepareSlip, SlipStore } from '../../features/eslips/ingest'
import { between, chanceOf } from '../simulator/random'
import type { FakeTerminal } from '../simulator/terminal'
import type { Ledger } from './ledger'

const SHORTEST_MS = 200
const LONGEST_MS = 2_000
const PAUSE_MS = 1_000

/** Stores slips in transactions that stay open for a while before they commit: the readers' worst case. */
export async function writeSlowly(
  storage: string,
  writer: { terminal: FakeTerminal; terminalId: string; ledger: Ledger },
  signal: AbortSignal,
): Promise<number> {
  const chance = chanceOf('slow writer')
  let commits = 0
  while (!signal.aborted) {
    const running = await findRunning(path.join(storage, 'db'))
    if (running !== undefined) {
      const sql = connect(running.app, { max: 1, applicationName: 'psm-torture-slow' })
      try {
        await writeOnce(sql, writer, between(chance, SHORTEST_MS, LONGEST_MS))
        commits++
      } catch {
        // The database went down with the server: whether it committed is not known, as with any connection that broke.
      } finally {
        await sql.end({ timeout: 1 }).catch(() => {})
      }
    }
    await wait(PAUSE_MS)
  }
  return commits
}

async function writeOnce(
  sql: RawSql,
  { terminal, terminalId, ledger }: Parameters<typeof writeSlowly>[1],
  holdMs: number,
): Promise<void> {
  const slip = terminal.slips.make(Date.now())
  ledger.sent(terminal.persona.serial, slip)
  const prepared = prepareSlip(slip, { terminalId, receivedAtMs: Date.now(), assumedOffset: '+03:00' })
  if (!prepared.isFit) throw new Error(`The simulator made a slip that does not fit: ${JSON.stringify(slip)}`)
  await sql.begin(async (transaction) => {
    await new SlipStore(transaction as unknown as RawSql).store([prepared.slip])
    await wait(holdMs)
  })
  ledger.acknowledge(terminal.persona.serial, slip)
}
