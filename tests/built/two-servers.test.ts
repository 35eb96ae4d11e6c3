import { execFile } from 'node:child_process'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client'
import { printOf } from '../../src/core/secret-print'
import { connect } from '../../src/db/client'
import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import { type BuiltServer, ensureBuilt, startBuiltServer } from '../support/built-server'
import { freePort } from '../support/free-port'
import { type Balancer, missingForBalancer, startBalancer } from '../support/haproxy'
import { emptyBucket, missingForS3, s3Env } from '../support/s3'
import { startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'

const missing = missingForBalancer() ?? missingForS3()

const SCOPES =
  'terminals:read,terminals:write,terminals:enroll,status:read,eslips:read,ecr-logs:read,jobs:read,jobs:run,api-keys:write'
const REVOKED_WITHIN_MS = 10_000
const TERMINALS = 12
const AUTH_SECRET = 'the same for both, and longer than 32 characters'
const WRAPPING_KEY = Buffer.alloc(32, 7)

/** Two built servers on one PostgreSQL and one S3 store, behind a balancer. Also under Deno (PSM_TEST_DENO). */
describe.skipIf(missing !== undefined)('two servers behind a balancer', { timeout: 180_000 }, () => {
  let database: TcpPostgres
  let balancer: Balancer
  let ports: [number, number]
  const servers: BuiltServer[] = []
  let env: Record<string, string>
  let key: string
  let count = 0
  const clients: TerminalClient[] = []

  const start = async (at: number) => {
    servers[at] = await startBuiltServer({ ...env, PORT: String(ports[at]) })
  }
  const psm = async <Result>(...args: string[]): Promise<Result> => {
    const program = path.resolve('.output/tools/psm.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], {
      env: { ...process.env, ...env },
    })
    return JSON.parse(stdout) as Result
  }
  const clientOf = (url: string) => {
    const client = new TerminalClient(url)
    clients.push(client)
    return client
  }
  const at = (server: number) => clientOf(`http://127.0.0.1:${ports[server]}`)
  const newKey = (name: string) =>
    psm<{ id: string; key: string }>('api-keys', 'create', '--name', name, '--scopes', SCOPES)

  async function enrolled(client = clientOf(balancer.url)) {
    const serial = `TWO-${++count}`
    const { terminalId, enrollmentCode } = await psm<{ terminalId: string; enrollmentCode: string }>(
      ...['terminals', 'register', '--serial', serial, '--platform', 'other'],
    )
    const terminal = new FakeTerminal(client, { serial, platform: 'other', token: undefined })
    expect((await terminal.enroll(enrollmentCode)).status).toBe(201)
    expect((await terminal.checkIn()).status).toBe(204)
    return { terminalId, serial, terminal }
  }

  /** Ready, and the balancer knows it: the next one may be stopped. */
  async function untilTaken(server: number): Promise<void> {
    const ready = () => at(server).send({ method: 'GET', path: '/readyz' })
    while ((await ready()).status !== 200) await wait(100)
    await wait(3_000)
  }

  async function slipsOf(terminalId: string): Promise<number> {
    let kept = 0
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = new URLSearchParams({ limit: '1000', terminalId, ...(cursor === '' ? {} : { cursor }) })
      const answer = await at(0).send({ method: 'GET', path: `/api/v1/eslips/search?${query}`, token: key })
      const page: { items: unknown[]; nextCursor: string | null } = answer.json()
      kept += page.items.length
      cursor = page.nextCursor
    }
    return kept
  }

  beforeAll(async () => {
    await ensureBuilt()
    const [started, bucket] = await Promise.all([startTcpPostgres(undefined), emptyBucket()])
    database = started
    await database.createDatabase('shared')
    env = {
      DATABASE_URL: database.urlOf('psm_app', 'shared'),
      DATABASE_OWNER_URL: database.urlOf('psm_owner', 'shared'),
      DATABASE_TLS: 'disable',
      ...s3Env(bucket),
      AUTH_SECRET,
      KEY_WRAPPING_KEYS: `1:${WRAPPING_KEY.toString('base64')}`,
      // As compose.yaml has it: longer than the two checks of the balancer.
      DRAIN_NOTICE_SECONDS: '6',
      TERMINAL_REQUESTS_PER_MINUTE: '100000',
      STRANGER_REQUESTS_PER_MINUTE: '100000',
    }
    ports = [await freePort(), await freePort()]
    // At the same moment: one of them makes the tables.
    await Promise.all([start(0), start(1)])
    balancer = await startBalancer(ports)
    ;({ key } = await newKey('two servers'))
  }, 240_000)
  afterAll(async () => {
    for (const client of clients) client.close()
    await balancer?.stop()
    await Promise.all(servers.map((server) => server.stop()))
    await database?.stop()
  }, 60_000)

  it('tell an operator at the one what a terminal says to the other', async () => {
    const { terminalId, terminal } = await enrolled(at(0))
    const watching = createClient({ url: `http://127.0.0.1:${ports[1]}`, apiKey: key })
    const seen: string[] = []
    const watch = watching.status.watch.subscribe(
      { terminalIds: [terminalId] },
      { onData: (views) => void seen.push(JSON.stringify(views)) },
    )
    while (seen.length === 0) await wait(50)
    const before = seen.length
    while (seen.length === before) {
      terminal.persona.live()
      expect(
        (await terminal.send('POST', '/check-in', { json: terminal.wholeStatus() })).status,
      ).toBeLessThan(300)
      await wait(200)
    }
    watch.unsubscribe()
  })

  it('refuse a terminal and a program within ten seconds of their revocation at the other', async () => {
    const { terminalId, terminal } = await enrolled(at(0))
    const program = await newKey('to be revoked')
    const ask = () => at(0).send({ method: 'GET', path: '/api/v1/terminals?limit=1', token: program.key })
    expect((await ask()).status).toBe(200)
    const revoked = await at(1).send({
      ...{ method: 'POST', path: `/api/v1/terminals/${terminalId}/revoke`, token: key },
    })
    expect(revoked.status).toBeLessThan(300)
    const gone = await at(1).send({
      ...{ method: 'POST', path: `/api/v1/api-keys/${program.id}/revoke`, token: key },
    })
    expect(gone.status).toBeLessThan(300)
    const since = performance.now()
    const statuses = async () => [
      (await terminal.send('POST', '/check-in', { json: {} })).status,
      (await ask()).status,
    ]
    while ((await statuses()).some((status) => status !== 401)) await wait(100)
    expect(performance.now() - since).toBeLessThan(REVOKED_WITHIN_MS)
  })

  it('keep a slip once that was handed to both at the same moment', async () => {
    const { terminalId, terminal } = await enrolled()
    const slips = Array.from({ length: 50 }, () => sale())
    const both = [0, 1].map((server) => new FakeTerminal(at(server), terminal.memory))
    const answers = await Promise.all(
      [...both, ...both].map((one) => one.send('POST', '/eslips', { json: { slips } })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await slipsOf(terminalId)).toBe(slips.length)
  })

  it('read at the one the log that came in by the other', async () => {
    const { terminal } = await enrolled(at(0))
    const body = Buffer.from('the exchange with the cash register\n'.repeat(1_000))
    const [from, to] = [new Date(Date.now() - 3_600_000).toISOString(), new Date().toISOString()]
    const put = await terminal.send('PUT', `/ecr-logs/two.log?${new URLSearchParams({ from, to })}`, {
      body,
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    })
    expect(put.status).toBeLessThan(300)
    const list = await at(1).send({ method: 'GET', path: '/api/v1/ecr-logs?limit=10', token: key })
    const [log] = list.json<{ items: { id: string }[] }>().items
    const content = await at(1).send({
      method: 'GET',
      path: `/api/v1/ecr-logs/${log?.id}/content`,
      token: key,
    })
    expect(content.body.equals(body)).toBe(true)
  })

  it('drop no request while one after the other is restarted, and keep what was acknowledged once', async () => {
    const fleet = await Promise.all(Array.from({ length: TERMINALS }, () => enrolled()))
    const done = new AbortController()
    const unfit: string[] = []
    let [requests, slips] = [0, 0]
    const load = Promise.all(
      fleet.map(async ({ terminal }) => {
        while (!done.signal.aborted) {
          const slip = sale()
          const status = terminal.wholeStatus()
          for (const [path, json] of [
            ['/eslips', { slips: [slip] }],
            ['/check-in', status],
          ] as const) {
            requests++
            const said = await terminal.send('POST', path, { json }).then(
              ({ status, body }) => (status < 300 ? undefined : `${status} ${body}`),
              (error: Error) => error.message,
            )
            if (said !== undefined) unfit.push(said)
          }
          slips++
          await wait(20)
        }
      }),
    )
    for (const server of [0, 1]) {
      await wait(500)
      expect(await servers[server]?.stop()).toMatchObject({ code: 0 })
      await start(server)
      await untilTaken(server)
    }
    done.abort()
    await load
    expect(unfit).toEqual([])
    expect(requests).toBeGreaterThan(100)
    let kept = 0
    for (const { terminalId } of fleet) kept += await slipsOf(terminalId)
    expect(kept).toBe(slips)
  })

  it('tell each other by what their secrets are known again, and nothing else of them', async () => {
    const sql = connect(
      { url: database.urlOf('psm_owner', 'shared') },
      { max: 1, applicationName: 'psm-test' },
    )
    const told = await sql`select secret_prints from server_instances`
    await sql.end()
    const secret_prints = {
      authSecret: printOf(AUTH_SECRET),
      wrappingKeys: [{ id: '1', print: printOf(WRAPPING_KEY) }],
    }
    expect(told).toEqual([{ secret_prints }, { secret_prints }])
  })

  it('run each job at one of them only', async () => {
    const sql = connect(
      { url: database.urlOf('psm_owner', 'shared') },
      { max: 1, applicationName: 'psm-test' },
    )
    const [runs] = await sql`select count(*)::int as runs from job_runs where outcome = 'done'`
    const doubled = await sql`
      select one.name from job_runs one join job_runs other on other.name = one.name and other.id <> one.id
        and other.started_at >= one.started_at and other.started_at < one.ended_at
      where one.outcome = 'done' and other.outcome = 'done'`
    await sql.end()
    expect(runs?.runs).toBeGreaterThan(5)
    expect(doubled).toEqual([])
  })
})
