import { setTimeout as wait } from 'node:timers/promises'
import type { HandOverResult } from '../../features/eslips/ingest'
import { ConnectionLost } from '../simulator/client'
import { between } from '../simulator/random'
import type { FakeTerminal } from '../simulator/terminal'
import type { Watch } from './faults/watch'
import type { Ledger } from './ledger'

const MOST_OF_A_REQUEST = 50
const BREAK_RATE = 0.05
const AGAIN_RATE = 0.1
const RETRY_MS = 20

export interface StormCounts {
  requests: number
  broken: number
  refused: number
}

/**
 * A terminal that hands over slips without pause until `signal`, over connections that break and a server that dies.
 * @param watch looks at every answer
 */
export async function storm(
  terminal: FakeTerminal,
  ledger: Ledger,
  counts: StormCounts,
  signal: AbortSignal,
  watch?: Watch,
): Promise<void> {
  const { chance, serial } = terminal.persona
  while (!signal.aborted) {
    for (let more = between(chance, 1, MOST_OF_A_REQUEST); more > terminal.slips.counts.waiting; )
      ledger.sent(serial, terminal.slips.make(Date.now()))
    const again = chance() < AGAIN_RATE ? chance : undefined
    const slips = terminal.slips.batch(between(chance, 1, MOST_OF_A_REQUEST), again)
    const cut = chance() < BREAK_RATE ? (chance() < 0.5 ? 'while-sending' : 'before-answer') : undefined
    counts.requests++
    const sent = terminal.send('POST', '/eslips', { json: { slips }, ...(cut === undefined ? {} : { cut }) })
    const answer = await (watch?.over('POST eslips', sent, cut !== undefined) ?? sent).catch(
      (error: unknown) => {
        if (!(error instanceof ConnectionLost)) throw error
        counts.broken++
        return undefined
      },
    )
    if (answer?.status === 200) {
      const { results } = answer.json<{ results: HandOverResult[] }>()
      terminal.slips.answered(slips, results)
      for (const [index, slip] of slips.entries())
        if (results[index]?.status !== 'rejected') ledger.acknowledge(serial, slip)
    } else {
      if (answer !== undefined) counts.refused++
      await wait(RETRY_MS)
    }
  }
}
