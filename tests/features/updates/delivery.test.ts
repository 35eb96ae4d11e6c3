import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { updateAssignments } from '../../../src/features/profile/tables'
import { issueEnrollmentCode } from '../../../src/features/terminals/service/codes'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { resumeTerminal, suspendTerminal } from '../../../src/features/terminals/service/states'
import { explainUpdates } from '../../../src/features/updates/delivery/explain'
import { packageFiles, packages } from '../../../src/features/updates/packages/tables'
import type { Conditions } from '../../../src/features/updates/rules/schemas'
import { changeRule } from '../../../src/features/updates/rules/service/change'
import { updateRuleSteps, updateRules } from '../../../src/features/updates/rules/tables'
import { ConnectionLost } from '../../../src/tools/simulator/client'
import { FakeTerminal } from '../../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../../src/tools/simulator/troubles'
import { useTestDatabase } from '../../support/postgres'
import { limitedOperator, makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'

const database = useTestDatabase()
let services: Services
let open: OpenDoor
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database, { env: { TERMINAL_DOWNLOADS: '2' } })
  open = await openTerminalDoor(database, services)
  me = makeCtx(services, operator())
})
afterAll(() => open.close())

const NOW = new Date()
const made = { createdBy: 'test', createdAt: NOW }
let serials = 0

async function newTerminal(tids: string[] = []) {
  const serial = `UPD-${++serials}`
  const { id } = await registerTerminal(me, {
    serial,
    platform: 'wiseasy-wpos3',
    tids: tids.map((tid) => ({ acquirer: '', tid, mid: '' })),
  })
  const { enrollmentCode } = await issueEnrollmentCode(me, { serials: [serial] })
  const terminal = new FakeTerminal(open.client, { serial, platform: 'wiseasy-wpos3', token: undefined })
  await terminal.enroll(enrollmentCode)
  await terminal.checkIn()
  return { id, serial, token: terminal.token ?? '', played: terminal }
}
type Terminal = Awaited<ReturnType<typeof newTerminal>>

async function newPackage(version: string, bytes: Buffer, fromVersion: string | null = null) {
  const { key, sha256 } = await services.blobs.putContent(Readable.from([bytes]), { maxBytes: 2 ** 30 })
  const id = newId()
  const more = { kind: 'android-ota', fileCount: 1, sizeBytes: bytes.length, ...made } as const
  await services.db
    .insert(packages)
    .values({ id, platform: 'wiseasy-wpos3', component: 'system', version, fromVersion, ...more })
  const file = { packageId: id, position: 0, name: 'update.zip', target: '', sha256, blobKey: key }
  await services.db.insert(packageFiles).values({ ...file, sizeBytes: bytes.length })
  return { id, sha256, bytes }
}

async function newRule(name: string, packageIds: string[], conditions: Conditions = {}) {
  const id = newId()
  const moments = { createdBy: 'test', createdAt: NOW, updatedAt: NOW }
  await services.db
    .insert(updateRules)
    .values({ id, name, platform: 'wiseasy-wpos3', conditions, ...moments })
  await services.db
    .insert(updateRuleSteps)
    .values(packageIds.map((packageId, position) => ({ ruleId: id, position, packageId })))
  return id
}

async function assign(ruleId: string, to: { tid: string } | { terminalId: string }) {
  const place = 'tid' in to ? { acquirer: '', tid: to.tid } : to
  await services.db
    .insert(updateAssignments)
    .values({ id: newId(), ruleId, assignedBy: 'test', assignedAt: NOW, ...place })
}

interface Update {
  id: string
  kind: string
  files: { sha256: string; url: string; size: number; component: string; version: string }[]
}

async function checkIn(
  { token }: Terminal,
  version: string,
  vitals: object = {},
): Promise<Update | undefined> {
  const answer = await open.client.send({
    method: 'POST',
    path: '/terminal/v1/check-in',
    token,
    json: { status: { components: [{ name: 'system', version }] }, vitals },
  })
  expect([200, 204]).toContain(answer.status)
  if (answer.status === 204) return undefined
  return answer.json<{ actions: Update[] }>().actions.find(({ kind }) => kind === 'update')
}

const report = ({ token }: Terminal, actionId: string, state: string, more: object = {}) =>
  open.client.send({
    method: 'POST',
    path: `/terminal/v1/actions/${actionId}/result`,
    token,
    json: { state, ...more },
  })

const fetchFile = (
  { token }: Terminal,
  sha256: string,
  headers: Record<string, string> = {},
  method = 'GET',
) =>
  fetch(`${open.url}/terminal/v1/files/${sha256}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...headers },
  })

const explained = async (terminal: Terminal, ruleId: string) =>
  (await explainUpdates(me, { terminalId: terminal.id })).rules.find((one) => one.ruleId === ruleId)

describe('an update', () => {
  it('goes from the rule to the terminal, and counts when the terminal reports the version', async () => {
    const pack = await newPackage('2.1.0', randomBytes(1000))
    const ruleId = await newRule('plain', [pack.id])
    const terminal = await newTerminal(['10000001'])
    await assign(ruleId, { tid: '10000001' })
    const update = await checkIn(terminal, '2.0.0')
    expect(update).toMatchObject({
      rule: 'plain',
      files: [
        {
          component: 'system',
          version: '2.1.0',
          name: 'update.zip',
          order: 0,
          sha256: pack.sha256,
          size: 1000,
          url: `/terminal/v1/files/${pack.sha256}`,
        },
      ],
      when: {},
    })
    expect(await explained(terminal, ruleId)).toMatchObject({
      outcome: 'offered',
      reasons: [{ code: 'waits_for_terminal' }],
    })
    const id = update?.id ?? ''
    await report(terminal, id, 'downloading', { progressPercent: 40 })
    expect(await explained(terminal, ruleId)).toMatchObject({
      outcome: 'underway',
      reasons: [{ code: 'downloading', values: { percent: 40 } }],
    })
    await report(terminal, id, 'installed')
    expect(await checkIn(terminal, '2.0.0'), 'a lie, or not restarted yet').toBeUndefined()
    expect(await explained(terminal, ruleId)).toMatchObject({ reasons: [{ code: 'waits_for_proof' }] })
    expect(await checkIn(terminal, '2.1.0')).toBeUndefined()
    const [action] = await database.sql`select state from terminal_actions where id = ${id}`
    expect(action?.state).toBe('confirmed')
    expect(await explained(terminal, ruleId)).toMatchObject({
      outcome: 'done',
      reasons: [{ code: 'up_to_date' }],
    })
  })

  it('is for the terminals that it was assigned to, and says so of the others', async () => {
    const pack = await newPackage('2.2.0', randomBytes(10))
    const ruleId = await newRule('assigned to one', [pack.id])
    const [one, other] = [await newTerminal(['10000002']), await newTerminal(['10000003'])]
    await assign(ruleId, { tid: '10000002' })
    expect(await checkIn(one, '2.0.0')).toBeDefined()
    expect(await checkIn(other, '2.0.0')).toBeUndefined()
    expect(await explained(other, ruleId)).toMatchObject({
      isAssigned: false,
      outcome: 'excluded',
      reasons: [{ code: 'not_assigned' }],
    })
  })

  it('goes to a terminal without a TID that was assigned itself', async () => {
    const pack = await newPackage('2.3.0', randomBytes(10))
    const ruleId = await newRule('by itself', [pack.id])
    const terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    expect(await checkIn(terminal, '2.0.0')).toBeDefined()
  })

  it('is not pressed on a terminal that failed at it, until somebody retries', async () => {
    const pack = await newPackage('2.4.0', randomBytes(10))
    const ruleId = await newRule('fails', [pack.id])
    const terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    const update = await checkIn(terminal, '2.0.0')
    await report(terminal, update?.id ?? '', 'failed', { reason: 'out_of_space' })
    expect(await checkIn(terminal, '2.0.0')).toBeUndefined()
    expect(await explained(terminal, ruleId)).toMatchObject({
      outcome: 'blocked',
      reasons: [{ code: 'failed_before', values: { reason: 'out_of_space' } }],
    })
  })

  it('waits for the battery that the terminal told of, and comes when it is charged', async () => {
    const pack = await newPackage('2.5.0', randomBytes(10))
    const ruleId = await newRule('battery', [pack.id], { minBatteryPercent: 30 })
    const terminal = await newTerminal()
    await checkIn(terminal, '2.0.0', { battery: { percent: 14, charging: false } })
    await expect
      .poll(
        () =>
          database.sql`select from terminal_presence where terminal_id = ${terminal.id}
            and vitals -> 'battery' ->> 'percent' = '14'`,
      )
      .toHaveLength(1)
    await assign(ruleId, { terminalId: terminal.id })
    expect(await explained(terminal, ruleId)).toMatchObject({
      outcome: 'waits',
      reasons: [{ code: 'battery_low', values: { percent: 14, needs: 30 } }],
    })
  })

  it('needs room for what is missing alone, where it was taken back half fetched', async () => {
    const pack = await newPackage('2.6.0', Buffer.alloc(1000, 1))
    const ruleId = await newRule('tight', [pack.id])
    const terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    const room = async (freeBytes: number) => {
      await database.sql`update terminal_presence set vitals = ${JSON.stringify({ freeBytes })}::text::jsonb
        where terminal_id = ${terminal.id}`
      return explained(terminal, ruleId)
    }
    const update = await checkIn(terminal, '2.0.0')
    await report(terminal, update?.id ?? '', 'downloading', { progressPercent: 70 })
    await changeRule(me, { ruleId, revision: 1, isEnabled: false })
    await expect.poll(() => checkIn(terminal, '2.0.0')).toBeUndefined()
    await changeRule(me, { ruleId, revision: 2, isEnabled: true })
    expect(await room(299)).toMatchObject({
      outcome: 'blocked',
      reasons: [{ code: 'no_space', values: { freeBytes: 299, needsBytes: 300 } }],
    })
    expect(await room(300)).toMatchObject({ outcome: 'offered' })
  })

  it('of the next step comes with the check-in that proves the one before', async () => {
    const [first, second] = [
      await newPackage('2.0.1', randomBytes(5)),
      await newPackage('2.0.2', randomBytes(5), '2.0.1'),
    ]
    const ruleId = await newRule('a chain', [first.id, second.id])
    const terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    const update = await checkIn(terminal, '2.0.0')
    expect(update?.files).toMatchObject([{ version: '2.0.1' }])
    await report(terminal, update?.id ?? '', 'installed')
    expect((await checkIn(terminal, '2.0.1'))?.files).toMatchObject([{ version: '2.0.2' }])
  })

  it('keeps no card number that a terminal reports with it', async () => {
    const pack = await newPackage('2.7.5', randomBytes(10))
    const terminal = await newTerminal()
    await assign(await newRule('quoted', [pack.id]), { terminalId: terminal.id })
    const update = await checkIn(terminal, '2.0.0')
    const number = '4111111111111111'
    await report(terminal, update?.id ?? '', 'failed', {
      ...{ reason: 'other', vendorCode: number, message: `card ${number} declined` },
      items: [{ component: 'system', state: 'failed', vendorCode: number }],
    })
    const [kept] =
      await database.sql`select a::text as row from terminal_actions a where id = ${update?.id ?? ''}`
    expect(kept?.row).toContain('card 411111******1111 declined')
    expect(kept?.row).not.toContain(number)
  })

  it('is of the same component however its name is written', async () => {
    const pack = await newPackage('2.8.0', randomBytes(10))
    const ruleId = await newRule('capitals', [pack.id])
    const terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    const reports = (version: string) =>
      open.client.send({
        method: 'POST',
        path: '/terminal/v1/check-in',
        token: terminal.token,
        json: { status: { components: [{ name: 'SYSTEM', version }] } },
      })
    await reports('2.9.0')
    expect(await explained(terminal, ruleId)).toMatchObject({
      outcome: 'excluded',
      reasons: [{ code: 'downgrade', values: { component: 'system', version: '2.9.0', target: '2.8.0' } }],
    })
    const [update] = (await reports('2.7.0')).json<{ actions: Update[] }>().actions
    await report(terminal, update?.id ?? '', 'installed')
    await reports('2.8.0')
    expect(await explained(terminal, ruleId)).toMatchObject({ outcome: 'done' })
    const [action] = await database.sql`select state from terminal_actions where id = ${update?.id ?? ''}`
    expect(action?.state).toBe('confirmed')
  })

  it('is explained to those who see the terminal, and to nobody else', async () => {
    const terminal = await newTerminal()
    const stranger = makeCtx(services, limitedOperator({ groupIds: [newId()] }))
    await expect(explainUpdates(stranger, { terminalId: terminal.id })).rejects.toMatchObject({
      code: 'terminal_not_found',
    })
  })
})

describe('a file', () => {
  const bytes = randomBytes(300_000)
  let terminal: Terminal
  let sha256: string
  beforeAll(async () => {
    const pack = await newPackage('3.0.0', bytes)
    sha256 = pack.sha256
    const ruleId = await newRule('with a file', [pack.id])
    terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    await checkIn(terminal, '2.0.0')
  })
  const hashOf = (body: Buffer) => createHash('sha256').update(body).digest('hex')

  it('comes as it was uploaded, and says what it is', async () => {
    const answer = await fetchFile(terminal, sha256)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'content-length': '300000',
      'content-type': 'application/octet-stream',
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    })
    expect(hashOf(Buffer.from(await answer.arrayBuffer()))).toBe(sha256)
  })

  it('goes on at any byte', async () => {
    const headers = { Range: 'bytes=123456-', 'If-Range': `"${sha256}"` }
    const answer = await fetchFile(terminal, sha256, headers)
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, 'bytes 123456-299999/300000'])
    const rest = Buffer.from(await answer.arrayBuffer())
    expect(hashOf(Buffer.concat([bytes.subarray(0, 123456), rest]))).toBe(sha256)
  })

  it('comes whole where the beginning was of another, or several ranges are asked for', async () => {
    for (const headers of [{ Range: 'bytes=5-', 'If-Range': '"other"' }, { Range: 'bytes=0-1,5-9' }]) {
      const answer = await fetchFile(terminal, sha256, headers as Record<string, string>)
      expect(answer.status).toBe(200)
      await answer.arrayBuffer()
    }
  })

  it('has nothing past its end', async () => {
    const answer = await fetchFile(terminal, sha256, { Range: 'bytes=300000-' })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */300000'])
    expect(answer.headers.get('transfer-encoding'), 'terminals know no chunked coding').toBe(null)
    expect(answer.headers.get('content-length')).toBe('0')
  })

  it('is described without its bytes', async () => {
    for (const headers of [{}, { Range: 'bytes=5-9' }, { Range: 'bytes=300000-' }]) {
      const answer = await fetchFile(terminal, sha256, headers as Record<string, string>, 'HEAD')
      const said = ['content-length', 'content-range'].map((name) => answer.headers.get(name))
      expect([answer.status, ...said]).toEqual([200, '300000', null])
    }
  })

  it('is not there for another terminal, nor under a name that is no hash', async () => {
    const other = await newTerminal()
    for (const name of [sha256, 'x', `${'0'.repeat(64)}`]) {
      const answer = await fetchFile(other, name)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        404,
        'file_not_offered',
      ])
    }
    const stranger = await fetch(`${open.url}/terminal/v1/files/${sha256}`)
    expect(stranger.status).toBe(401)
  })

  it('is not there for a suspended terminal', async () => {
    const pack = await newPackage('3.1.0', randomBytes(10))
    const suspended = await newTerminal()
    await assign(await newRule('suspended', [pack.id]), { terminalId: suspended.id })
    await checkIn(suspended, '2.0.0')
    await suspendTerminal(me, { terminalId: suspended.id })
    await expect.poll(async () => (await fetchFile(suspended, pack.sha256)).status).toBe(403)
  })

  it('is not fetched to its end by a terminal that is suspended meanwhile, and goes on when it is back', async () => {
    const pack = await newPackage('3.1.5', randomBytes(32_000_000))
    const suspended = await newTerminal()
    await assign(await newRule('suspended while fetching', [pack.id]), { terminalId: suspended.id })
    await checkIn(suspended, '2.0.0')
    const request = await openSlowly(suspended, pack.sha256)
    expect(open.door.gauges().downloads).toBe(1)
    await suspendTerminal(me, { terminalId: suspended.id })
    await expect.poll(() => open.door.gauges().downloads, { timeout: 10_000 }).toBe(0)
    request.destroy()
    await resumeTerminal(me, { terminalId: suspended.id })
    const headers = { Range: 'bytes=31999999-', 'If-Range': `"${pack.sha256}"` }
    await expect.poll(async () => (await fetchFile(suspended, pack.sha256, headers)).status).toBe(206)
  })

  it('is asked for later by those who are too many, and the places become free again', async () => {
    const large = await newPackage('3.2.0', randomBytes(8_000_000))
    const reader = await newTerminal()
    await assign(await newRule('large', [large.id]), { terminalId: reader.id })
    await checkIn(reader, '2.0.0')
    const slow = await Promise.all([openSlowly(reader, large.sha256), openSlowly(reader, large.sha256)])
    const refused = await fetchFile(reader, large.sha256)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ code: 'downloads_busy' })
    for (const request of slow) request.destroy()
    await expect
      .poll(async () => {
        const answer = await fetchFile(reader, large.sha256)
        await answer.arrayBuffer()
        return answer.status
      })
      .toBe(200)
  })
})

describe('a simulated terminal', () => {
  it.each([
    ['goes on where its power failed', { powerCutRate: 1 }, 'done', 'up_to_date'],
    ['asks for the rest alone where it lost the network', { networkLossRate: 0.5 }, 'done', 'up_to_date'],
    ['reports what fails', { failRate: 1 }, 'blocked', 'failed_before'],
    ['lies', { lieRate: 1 }, 'underway', 'waits_for_proof'],
    ['is silent', { silentRate: 1 }, 'offered', 'waits_for_terminal'],
  ] as const)('%s', async (name, troubles, outcome, code) => {
    const pack = await newPackage('9.0.0', randomBytes(9 * 1024 * 1024))
    const ruleId = await newRule(name, [pack.id])
    const terminal = await newTerminal()
    await assign(ruleId, { terminalId: terminal.id })
    await terminal.played.checkIn()
    // The plan of a terminal that nobody told of its assignment is asked anew with its next status.
    await checkIn(terminal, '2.7.0')
    for (let times = 0; times < 6; times++) {
      const { actions } = await terminal.played.checkIn()
      for (const action of actions)
        await terminal.played.perform(action, { ...NO_TROUBLES, ...troubles }).catch((error: unknown) => {
          if (!(error instanceof ConnectionLost)) throw error
        })
    }
    expect(await explained(terminal, ruleId)).toMatchObject({ outcome, reasons: [{ code }] })
  })
})

/** Hears the head of the answer and reads no byte of it. */
function openSlowly({ token }: Terminal, sha256: string): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${open.url}/terminal/v1/files/${sha256}`, {
      headers: { Authorization: `Bearer ${token}` },
      agent: false,
    })
    request.once('error', reject)
    request.once('response', (response) => {
      response.on('error', () => {})
      resolve(request)
    })
  })
}
