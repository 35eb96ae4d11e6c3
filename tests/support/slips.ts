import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import type { WebApp } from './web-app'

/** Lets a new terminal hand one slip over, and gives its id. */
export async function handOverSlip(app: WebApp, more: Record<string, unknown> = {}): Promise<string> {
  const serial = `SLIP-${Math.random().toString(36).slice(2, 10).toUpperCase()}`
  const platform = 'wiseasy-wpos3'
  await app.admin.tell('terminals.register', { serial, platform })
  const issued = await app.admin.tell('enrollmentCodes.issue', { serials: [serial] })
  const client = new TerminalClient(app.url)
  const terminal = new FakeTerminal(client, { serial, platform, token: undefined })
  await terminal.enroll((issued as { enrollmentCode: string }).enrollmentCode)
  const slip = sale({
    emv: { aid: 'A0000006581010', label: 'MIR', tvr: '0000008000', tsi: 'E800', acType: 'TC' },
    ...more,
  })
  await terminal.send('POST', '/eslips', { json: { slips: [slip] } })
  client.close()
  const found = (await app.admin.ask('eslips.search', { rrn: slip.rrn })) as {
    items: { id: string; slipUid: string }[]
  }
  const kept = found.items.find((one) => one.slipUid === slip.slipUid)
  if (kept === undefined) throw new Error('The slip that was handed over is not found.')
  return kept.id
}
