import { randomUUID } from 'node:crypto'
import type { Ctx } from '../../../src/core/context'
import { type PreparedSlip, prepareSlip } from '../../../src/features/eslips/ingest'
import { issueEnrollmentCode, registerTerminal } from '../../../src/features/terminals'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import type { OpenDoor } from '../../support/terminal-door'

/** A sale as a terminal writes it. */
export const sale = (more: Record<string, unknown> = {}) => ({
  slipUid: randomUUID(),
  type: 'sale',
  result: 'approved',
  amount: 125_050,
  currency: 'RUB',
  localDateTime: new Date().toISOString(),
  tid: '00001234',
  mid: '000000000001234',
  rrn: '632700123456',
  stan: '004711',
  authCode: 'A1B2C3',
  responseCode: '00',
  receiptNo: '118',
  batchNo: '12',
  pan: { first6: '220012', last4: '3456', length: 16 },
  scheme: 'mir',
  entryMode: 'contactless',
  cvm: 'none',
  merchant: { name: 'Чайная лавка', address: 'Невский пр., 1', city: 'Санкт-Петербург', country: 'RU' },
  text: {
    merchant: ['        ЧАЙНАЯ ЛАВКА', 'ОПЛАТА            1 250,50', 'ОДОБРЕНО'],
    customer: ['ОПЛАТА'],
  },
  ...more,
})

/** A slip as the door prepares it, for tests that store without a door. */
export function prepared(slip: unknown, terminalId: string = randomUUID()): PreparedSlip {
  const made = prepareSlip(slip, { terminalId, receivedAtMs: Date.now(), assumedOffset: '+00:00' })
  if (!made.isFit) throw new Error(made.rejection.detail)
  return made.slip
}

export interface HandedOver {
  index: number
  slipUid: string | null
  status: string
  code?: string
  detail?: string
}

/** An enrolled terminal and how it hands slips over. */
export async function enrolledTerminal(
  ctx: Ctx,
  open: OpenDoor,
  serial: string,
  more: {
    merchantId?: string
    groupIds?: string[]
    tids?: { acquirer: string; tid: string; mid: string }[]
  } = {},
) {
  const { id: terminalId } = await registerTerminal(ctx, { serial, platform: 'wiseasy-wpos3', ...more })
  const { enrollmentCode } = await issueEnrollmentCode(ctx, { serials: [serial] })
  const terminal = new FakeTerminal(open.client, { serial, platform: 'wiseasy-wpos3', token: undefined })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  const send = (...slips: unknown[]) => terminal.send('POST', '/eslips', { json: { slips } })
  return {
    terminalId,
    terminal,
    send,
    async handOver(...slips: unknown[]): Promise<HandedOver[]> {
      const answer = await send(...slips)
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`)
      return answer.json<{ results: HandedOver[] }>().results
    },
  }
}
