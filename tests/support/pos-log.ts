import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import type { WebApp } from './web-app'

export interface Troubled {
  serial: string
  terminalId: string
  terminal: FakeTerminal
  /** Lets go of its connections. */
  leave(): void
}

/** An enrolled terminal with a story: it checks in, hands slips over, asks in vain and sends what nobody understands. */
export async function playTroubledTerminal(app: WebApp): Promise<Troubled> {
  const serial = `POS-${Math.random().toString(36).slice(2, 10).toUpperCase()}`
  const platform = 'wiseasy-wpos3'
  const registered = (await app.admin.tell('terminals.register', { serial, platform })) as { id: string }
  const issued = await app.admin.tell('enrollmentCodes.issue', { serials: [serial] })
  const client = new TerminalClient(app.url)
  const terminal = new FakeTerminal(client, { serial, platform, token: undefined })
  await terminal.enroll((issued as { enrollmentCode: string }).enrollmentCode)
  await terminal.checkIn()
  for (let n = 0; n < 20; n++)
    await terminal.send('POST', '/check-in', { json: { vitals: { signalDbm: -91 } } })
  await terminal.send('POST', '/eslips', { json: { slips: [sale(), sale(), sale()] } })
  for (let n = 0; n < 3; n++) await terminal.send('GET', '/license?licId=LIC-NONE')
  for (let n = 0; n < 8; n++)
    await terminal.send('POST', '/check-in', { json: { status: { os: 7, pin: '9071', model: 'WPOS-3' } } })
  await terminal.send('GET', '/firmware')
  return { serial, terminalId: registered.id, terminal, leave: () => client.close() }
}
