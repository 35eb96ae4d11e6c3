import { TerminalClient } from '../../src/tools/simulator/client'
import { ecrLog } from '../../src/tools/simulator/ecr/log'
import { chanceOf } from '../../src/tools/simulator/random'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import type { WebApp } from './web-app'

/** Lets a new terminal hand one log over, and gives its id. */
export async function handOverEcrLog(app: WebApp): Promise<string> {
  const serial = `ECR-${Math.random().toString(36).slice(2, 10).toUpperCase()}`
  await app.admin.tell('terminals.register', { serial, platform: 'other' })
  const issued = await app.admin.tell('enrollmentCodes.issue', { serials: [serial] })
  const client = new TerminalClient(app.url)
  const terminal = new FakeTerminal(client, { serial, platform: 'other', token: undefined })
  await terminal.enroll((issued as { enrollmentCode: string }).enrollmentCode)
  const period = { from: new Date('2026-11-25T00:00:00Z'), to: new Date('2026-11-26T00:00:00Z') }
  const log = ecrLog(chanceOf(serial), {
    protocol: 'pilot_nt',
    tid: '00001234',
    ...period,
    leaksPerThousand: 50,
  })
  const answer = await terminal.send('PUT', '/ecr-logs/ecr-2026-11-25.log', {
    body: Buffer.from([...log].join('')),
    headers: { 'Content-Type': 'text/plain' },
  })
  client.close()
  return answer.json<{ id: string }>().id
}
