import { expect } from 'vitest'
import type { PlatformId } from '../../src/core/platforms'
import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES, type Troubles } from '../../src/tools/simulator/troubles'
import type { WebApp } from './web-app'

const PLATFORM = 'ingenico-t3'
const FROM = '2.7.0'
const TO = '2.8.0'
const JOB = 'advance-rollouts'

export interface Played {
  id: string
  serial: string
  terminal: FakeTerminal
}

export interface PlayedFleet {
  ruleId: string
  ruleName: string
  terminals: Played[]
  close(): void
}

/** Enrolled terminals that have told their status. They speak the published protocol alone. */
export async function enrolTerminals(
  { admin }: Pick<WebApp, 'admin'>,
  client: TerminalClient,
  size: number,
  platform: PlatformId,
): Promise<Played[]> {
  const prefix = `ROLL${Math.random().toString(36).slice(2, 6).toUpperCase()}`
  const serials = Array.from({ length: size }, (_, at) => `${prefix}-${String(at + 1).padStart(3, '0')}`)
  const ids: string[] = []
  for (const serial of serials) {
    const made = (await admin.tell('terminals.register', { serial, platform })) as { id: string }
    ids.push(made.id)
  }
  const { enrollmentCode } = (await admin.tell('enrollmentCodes.issue', { serials })) as {
    enrollmentCode: string
  }
  const terminals: Played[] = []
  for (const [at, serial] of serials.entries()) {
    const terminal = new FakeTerminal(client, { serial, platform, token: undefined })
    await terminal.enroll(enrollmentCode)
    await terminal.checkIn()
    terminals.push({ id: ids[at] ?? '', serial, terminal })
  }
  return terminals
}

/** Enrolled terminals of one rule that leads from 2.7.0 to 2.8.0; all report 2.7.0. */
export async function openFleet(app: WebApp, size: number, ruleName: string): Promise<PlayedFleet> {
  const { admin } = app
  const client = new TerminalClient(app.url)
  const terminals = await enrolTerminals(app, client, size, PLATFORM)
  const { items } = (await admin.ask('packages.list', { platform: PLATFORM, limit: 50 })) as {
    items: { id: string; version: string }[]
  }
  const packageId = items.find(({ version }) => version === TO)?.id
  const steps = [{ packageId, fromMin: FROM }]
  const rule = (await admin.tell('updateRules.create', { name: ruleName, platform: PLATFORM, steps })) as {
    id: string
  }
  const choice = { by: 'terminals', terminalIds: terminals.map(({ id }) => id) }
  const assignment = { ruleId: rule.id, what: 'assign', choice }
  const { fingerprint } = (await admin.ask('profile.previewAssignment', assignment)) as {
    fingerprint: string
  }
  await admin.tell('profile.applyAssignment', { ...assignment, fingerprint })
  return { ruleId: rule.id, ruleName, terminals, close: () => client.close() }
}

/**
 * Lets every terminal check in and do what it is told; what was installed is proved by another check-in.
 * @returns the serials of those that were offered something of that kind
 */
export async function play(
  terminals: readonly Played[],
  troublesOf: (at: number) => Partial<Troubles> = () => ({}),
  kind: 'update' | 'apps' = 'update',
): Promise<string[]> {
  const offered: string[] = []
  for (const { serial, terminal } of terminals) {
    const { actions } = await terminal.checkIn()
    const update = actions.find((one) => one.kind === kind)
    if (update === undefined) continue
    const troubles = troublesOf(offered.length)
    offered.push(serial)
    await terminal.perform(update, { ...NO_TROUBLES, ...troubles })
    await terminal.checkIn()
  }
  return offered
}

/** Asks for a run of the job that brings rollouts on, out of turn, and waits until a run that began after it is over. */
export async function advance({ admin }: WebApp): Promise<void> {
  const asked = Date.now()
  await admin.tell('jobs.runNow', { name: JOB })
  await expect
    .poll(
      async () => {
        const { last } = (await admin.ask('jobs.get', { name: JOB })) as {
          last: { startedAt: string } | null
        }
        return last === null ? 0 : Date.parse(last.startedAt)
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBeGreaterThanOrEqual(asked)
}
