import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, TerminalClient } from '../../src/tools/simulator/client'
import { askForCode } from '../../src/tools/simulator/register'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../src/tools/simulator/troubles'
import { type BuiltServer, startBuiltServer } from '../support/built-server'
import { freePort } from '../support/free-port'
import { makeOta } from '../support/ota-files'

const MIB = 1024 * 1024
const LARGE_BYTES = 200 * MIB
const SCOPES = [
  ...['terminals:read', 'terminals:write', 'terminals:enroll', 'uploads:write', 'packages:read'],
  ...['packages:write', 'updates:read', 'updates:write', 'jobs:read', 'jobs:run'],
].join()
const room = mkdtempSync(path.join(os.tmpdir(), 'psm rollout '))
const FLEET = 100
const FAILING = { pilot: 4, later: 6 } as const
/** A server that is killed in the middle of a run keeps the job's lease for a minute: nobody runs it before that. */
const MOST_MS = 100_000

let env: Record<string, string>
let server: BuiltServer
let client: TerminalClient
let key: string

beforeAll(async () => {
  env = {
    STORAGE_DIR: path.join(room, 'storage'),
    PORT: String(await freePort()),
    TERMINAL_REQUESTS_PER_MINUTE: '100000',
    STRANGER_REQUESTS_PER_MINUTE: '100000',
  }
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      path.resolve('.output/tools/psm.mjs'),
      ...['api-keys', 'create', '--name', 'test', '--scopes', SCOPES, '--json'],
    ],
    { env: { ...process.env, ...env }, cwd: room },
  )
  key = (JSON.parse(stdout) as { key: string }).key
}, 120_000)
afterAll(async () => {
  client.close()
  await server.stop()
  rmSync(room, { recursive: true, force: true })
})

async function call<Body>(method: string, address: string, json?: unknown): Promise<Body> {
  const answer = await client.send({
    ...{ method, path: `/api/v1${address}`, token: key },
    ...(json === undefined ? {} : { json }),
  })
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${answer.body}`)
  return answer.json<Body>()
}

async function killAndStartAgain(): Promise<void> {
  server.process.kill('SIGKILL')
  await server.exited
  server = await startBuiltServer(env)
}

interface Upload {
  uploadId: string
  partBytes: number
  partCount: number
  receivedParts: number[]
}

const putPart = (upload: Upload, file: Buffer, index: number): Promise<Answer> =>
  client.send({
    method: 'PUT',
    path: `/api/v1/uploads/${upload.uploadId}/parts/${index}`,
    token: key,
    body: file.subarray(index * upload.partBytes, (index + 1) * upload.partBytes),
    headers: { 'Content-Type': 'application/octet-stream' },
  })

const announce = (file: Buffer) =>
  call<Upload>('POST', '/uploads', { fileName: 'update.zip', sizeBytes: file.length, purpose: 'packages' })

async function packageOf(file: Buffer, version: string): Promise<string> {
  const upload = await announce(file)
  for (let index = 0; index < upload.partCount; index++) await putPart(upload, file, index)
  return createPackage(upload, version)
}

async function createPackage({ uploadId }: Upload, version: string): Promise<string> {
  const made = await call<{ id: string }>('POST', '/packages', {
    ...{ platform: 'wiseasy-wpos3', component: 'system', version },
    files: [{ uploadId }],
  })
  return made.id
}

describe('a large package', () => {
  it('is gone on with where the server was killed, and is whole in the end', async () => {
    const file = makeOta({ version: '3.0.0', payload: randomBytes(LARGE_BYTES) })
    const upload = await announce(file)
    const half = Math.floor(upload.partCount / 2)
    for (let index = 0; index < half; index++) await putPart(upload, file, index)
    const torn = putPart(upload, file, half).catch(() => undefined)
    await killAndStartAgain()
    await torn
    const { receivedParts } = await call<Upload>('GET', `/uploads/${upload.uploadId}`)
    expect(receivedParts.length).toBeGreaterThanOrEqual(half)
    for (let index = 0; index < upload.partCount; index++)
      if (!receivedParts.includes(index)) expect((await putPart(upload, file, index)).status).toBe(200)
    const id = await createPackage(upload, '3.0.0')
    const made = await call<{ sizeBytes: number; inspected: object }>('GET', `/packages/${id}`)
    expect(made).toMatchObject({ sizeBytes: file.length, inspected: { buildIncremental: '3.0.0' } })
  }, 120_000)
})

interface Rollout {
  id: string
  state: string
  wave: number
  revision: number
  reason: { code: string } | null
}

describe('a rollout over a hundred terminals of which ten fail', () => {
  it('halts at its threshold, goes on when it is told to, survives the server, and finishes', async () => {
    const memories = Array.from({ length: FLEET }, (_, at) => ({
      serial: `ROLL-${String(at).padStart(3, '0')}`,
      platform: 'wiseasy-wpos3' as const,
      token: undefined,
    }))
    const code = (await askForCode(client, key, memories)) ?? ''
    const terminals = memories.map((memory) => new FakeTerminal(client, memory))
    for (const terminal of terminals) {
      await terminal.enroll(code)
      await terminal.checkIn()
    }
    const packageId = await packageOf(makeOta({ version: '2.8.0', payload: randomBytes(MIB) }), '2.8.0')
    const rule = await call<{ id: string }>('POST', '/update-rules', {
      ...{ name: 'System 2.8.0', platform: 'wiseasy-wpos3', steps: [{ packageId }] },
    })
    const assignment = {
      ruleId: rule.id,
      what: 'assign',
      choice: { by: 'filter', filter: { search: 'ROLL-' } },
    }
    const preview = await call<{ changes: number; fingerprint: string }>(
      ...(['POST', '/profile/assignments/preview', assignment] as const),
    )
    expect(preview.changes).toBe(FLEET)

    // Before anybody is assigned: nobody must get it without the rollout.
    const rollout = await startRollout(rule.id, { ...assignment, fingerprint: preview.fingerprint })
    const pilot = new Set(await serialsOf(rollout.id, 0))
    expect(pilot.size).toBe(20)
    const inPilot = terminals.filter((one) => pilot.has(one.persona.serial))
    const later = terminals.filter((one) => !pilot.has(one.persona.serial))
    const failing = new Set([...inPilot.slice(0, FAILING.pilot), ...later.slice(0, FAILING.later)])

    await playUntil(rollout.id, terminals, failing, ({ state }) => state === 'halted')
    const halted = await look(rollout.id)
    expect(halted).toMatchObject({ wave: 0, reason: { code: 'error_threshold' } })
    expect(later.map(versionOf)).toEqual(later.map(() => '2.7.0'))
    expect(await explanationOf(later[10] as FakeTerminal, rule.id)).toContain('rollout_halted')

    await call('POST', `/rollouts/${rollout.id}/resume`, { revision: halted.revision })
    const resumed = await explanationOf(later[10] as FakeTerminal, rule.id)
    expect(['wave_not_open', 'will_be_offered']).toContain(resumed[0])
    await playUntil(rollout.id, terminals, failing, ({ wave }) => wave === 1)
    await killAndStartAgain()
    await playUntil(rollout.id, terminals, failing, ({ state }) => state === 'finished')
    expect(terminals.filter((one) => versionOf(one) === '2.8.0')).toHaveLength(FLEET - failing.size)
    const [failed] = failing
    expect(await explanationOf(failed as FakeTerminal, rule.id)).toContain('failed_before')
    expect(await explanationOf(inPilot[10] as FakeTerminal, rule.id)).toContain('up_to_date')
  }, 400_000)
})

const versionOf = ({ persona }: FakeTerminal) => persona.installed.components?.system
const look = (rolloutId: string) => call<Rollout>('GET', `/rollouts/${rolloutId}`)

async function startRollout(ruleId: string, assignment: object): Promise<{ id: string }> {
  await call('PATCH', `/update-rules/${ruleId}`, { isEnabled: false, revision: 1 })
  await call('POST', '/profile/assignments', assignment)
  await call('PATCH', `/update-rules/${ruleId}`, { isEnabled: true, revision: 2 })
  const { rolloutId } = await call<{ rolloutId: string }>('POST', '/rollouts', {
    ...{ ruleId, name: 'System 2.8.0 in waves' },
    waves: [
      { count: 20, successPercent: 80, errorPercent: 20 },
      { percent: 40, successPercent: 80, errorPercent: 20 },
      { successPercent: 80, errorPercent: 20 },
    ],
  })
  return { id: rolloutId }
}

async function serialsOf(rolloutId: string, wave: number): Promise<string[]> {
  const { items } = await call<{ items: { serial: string }[] }>(
    ...(['GET', `/rollouts/${rolloutId}/targets?wave=${wave}&limit=100`] as const),
  )
  return items.map(({ serial }) => serial)
}

async function explanationOf({ persona }: FakeTerminal, ruleId: string): Promise<string[]> {
  const { items } = await call<{ items: { id: string }[] }>('GET', `/terminals?search=${persona.serial}`)
  const { rules } = await call<{ rules: { ruleId: string; reasons: { code: string }[] }[] }>(
    ...(['GET', `/terminals/${items[0]?.id}/updates`] as const),
  )
  return rules.find((one) => one.ruleId === ruleId)?.reasons.map(({ code }) => code) ?? []
}

/** All terminals check in and do as they are told; the rollout's job runs; and again, until it is so. */
async function playUntil(
  rolloutId: string,
  terminals: readonly FakeTerminal[],
  failing: ReadonlySet<FakeTerminal>,
  isSo: (rollout: Rollout) => boolean,
): Promise<void> {
  for (const until = Date.now() + MOST_MS; Date.now() < until; ) {
    if (isSo(await look(rolloutId))) return
    for (const terminal of terminals) {
      const { actions } = await terminal.checkIn()
      const troubles = { ...NO_TROUBLES, failRate: failing.has(terminal) ? 1 : 0, powerCutRate: 0.1 }
      for (const action of actions) await terminal.perform(action, troubles)
    }
    await call('POST', '/jobs/advance-rollouts/runs', {}).catch(() => undefined)
    await wait(300)
  }
  throw new Error(`The rollout stands still: ${JSON.stringify(await look(rolloutId))}`)
}
