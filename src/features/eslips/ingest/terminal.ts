import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { GroupCommit } from '../../../core/group-commit'
import { message } from '../../../terminal/message'
import { MOST_SLIPS } from './lists'
import { type Prepared, type PreparedSlip, prepareSlip } from './prepare'
import { HandOverAnswer, type HandOverResult, Slip } from './schemas'
import type { StoreOutcome } from './store'

export interface SlipParts {
  slips: GroupCommit<PreparedSlip, StoreOutcome>
  /** Of times that say no zone: `+03:00`. */
  assumedOffset: string
}

const MAX_BYTES = 4 * 1024 * 1024
/** So long slips are looked through before others have their turn: those of one request may take a second together. */
const TURN_MS = 10

const { $schema: _dialect, ...slipShape } = z.toJSONSchema(Slip, { io: 'input' })

/** Each slip is judged on its own: one that does not fit spoils no other. */
const HandOver = z.object({ slips: z.array(z.unknown().meta(slipShape)).max(MOST_SLIPS) })

/** `POST /terminal/v1/eslips` (contract, "What a terminal hands over"). */
export function slipsMessage({ slips, assumedOffset }: SlipParts) {
  return message({
    name: 'eslips',
    method: 'POST',
    path: '/eslips',
    summary: 'Hand over merchant slips',
    allowedWhileSuspended: true,
    body: { schema: HandOver, maxBytes: MAX_BYTES },
    answers: {
      200: {
        description:
          'What became of each, in order. `stored` and `duplicate`: it is on disk. `rejected`: `slip_conflict`, another slip with this slipUid is kept; `slip_invalid`, it does not fit and never will.',
        schema: HandOverAnswer,
      },
    },
    noted: { items: ({ slips }) => slips.length },
    async handle(call, body) {
      const from = { terminalId: call.caller.terminalId, receivedAtMs: call.receivedAtMs, assumedOffset }
      const prepared = await prepareAll(body.slips, from)
      const settled = await Promise.allSettled(prepared.map((one) => store(slips, one)))
      const results = settled.map((one, index): HandOverResult => {
        if (one.status === 'rejected') throw one.reason
        return { index, ...one.value }
      })
      return { status: 200, json: { results } }
    },
  })
}

async function prepareAll(
  raws: readonly unknown[],
  from: Parameters<typeof prepareSlip>[1],
): Promise<Prepared[]> {
  const prepared: Prepared[] = []
  let since = performance.now()
  for (const raw of raws) {
    if (performance.now() - since > TURN_MS) {
      await nextTurn()
      since = performance.now()
    }
    prepared.push(prepareSlip(raw, from))
  }
  return prepared
}

async function store(slips: SlipParts['slips'], prepared: Prepared): Promise<Omit<HandOverResult, 'index'>> {
  if (!prepared.isFit) return prepared.rejection
  const { slipUid } = prepared.slip
  const outcome = await slips.submit(prepared.slip)
  if (outcome !== 'conflict') return { slipUid, status: outcome }
  return {
    slipUid,
    status: 'rejected',
    code: 'slip_conflict',
    detail: 'Another slip with this slipUid was kept before.',
  }
}
