import { TerminalClient } from '../../src/tools/simulator/client'
import { ecrLog } from '../../src/tools/simulator/ecr/log'
import { Persona } from '../../src/tools/simulator/persona'
import { chanceOf } from '../../src/tools/simulator/random'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import type { WebApp } from './web-app'

/** A terminal beside a cash register, which speaks the published protocol alone. */
export interface EcrTerminal {
  id: string
  serial: string
  /** @returns the id of the log */
  handOver(name: string, bytes: Buffer): Promise<string>
  /** Checks in and sends what it is asked for. @returns how many logs */
  answerRequests(): Promise<number>
  /** Checks in and says of what it is asked for that it cannot. @returns of how many logs */
  refuseRequests(reason: string): Promise<number>
  /** Checks in with a status of its own. */
  report(status: object): Promise<void>
  close(): void
}

export async function openEcrTerminal(app: WebApp): Promise<EcrTerminal> {
  const serial = serialOfOneWithRegister()
  const { id } = (await app.admin.tell('terminals.register', { serial, platform: 'other' })) as { id: string }
  const issued = await app.admin.tell('enrollmentCodes.issue', { serials: [serial] })
  const client = new TerminalClient(app.url)
  const terminal = new FakeTerminal(client, { serial, platform: 'other', token: undefined })
  await terminal.enroll((issued as { enrollmentCode: string }).enrollmentCode)
  return {
    id,
    serial,
    async handOver(name, body) {
      const answer = await terminal.send('PUT', `/ecr-logs/${name}`, {
        body,
        headers: { 'Content-Type': 'text/plain' },
      })
      return answer.json<{ id: string }>().id
    },
    async answerRequests() {
      const { actions } = await terminal.checkIn()
      const asked = actions.filter(({ kind }) => kind === 'upload-ecr-log')
      for (const action of asked) await terminal.perform(action)
      return asked.length
    },
    async refuseRequests(reason) {
      const { actions } = await terminal.checkIn()
      const asked = actions.filter(({ kind }) => kind === 'upload-ecr-log')
      for (const { id: actionId } of asked)
        await terminal.send('POST', `/actions/${actionId}/result`, { json: { state: 'rejected', reason } })
      return asked.length
    },
    async report(status) {
      await terminal.send('POST', '/check-in', { json: { status } })
    },
    close: () => client.close(),
  }
}

/** A simulated terminal has a cash register or none by its serial. */
function serialOfOneWithRegister(): string {
  for (;;) {
    const serial = `ECR-${Math.random().toString(36).slice(2, 10).toUpperCase()}`
    if (new Persona(serial, 'other', Date.now()).ecrProtocol !== undefined) return serial
  }
}

/** Lets a new terminal hand one log over, and gives its id. */
export async function handOverEcrLog(app: WebApp): Promise<string> {
  const terminal = await openEcrTerminal(app)
  const period = { from: new Date('2026-11-25T00:00:00Z'), to: new Date('2026-11-26T00:00:00Z') }
  const log = ecrLog(chanceOf(terminal.serial), {
    protocol: 'pilot_nt',
    tid: '00001234',
    ...period,
    leaksPerThousand: 50,
  })
  const id = await terminal.handOver('ecr-2026-11-25.log', Buffer.from([...log].join('')))
  terminal.close()
  return id
}
