import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MARK_NAME } from '../../src/blobs/mark'
import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal, type OfferedLicence } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import { type BuiltServer, startBuiltServer } from '../support/built-server'
import { emptyBucket, missingForS3, s3Env } from '../support/s3'
import { OTHER_POSTGRES, startTcpPostgres, type TcpPostgres } from '../support/tcp-postgres'

// The tools run under Node alone, and what servers do with S3 under Deno is looked at elsewhere.
const isLeftOut = missingForS3() !== undefined || process.env.PSM_TEST_DENO !== undefined

const room = mkdtempSync(path.join(os.tmpdir(), 'psm moved data '))
const series = path.join(room, 'backups')
const home = path.join(room, 'storage')
const OPERATOR = { username: 'anna', password: 'twelve characters' }
const SCOPES = 'terminals:read,eslips:read,ecr-logs:read,jobs:read,jobs:run'
const SERIAL = 'MOVED-1'
const LOGS = 30
const DAY_MS = 86_400_000

type Env = Record<string, string>
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A program of the build, with the settings of a server. A refusal is an answer as well. */
async function psm<Result>(env: Env, ...args: string[]): Promise<Result> {
  const program = path.resolve('.output/tools/psm.mjs')
  const { PATH = '', HOME = room } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], {
    env: { PATH, HOME, ...env },
    cwd: room,
  })
  return JSON.parse(stdout) as Result
}

/** Nothing in it that a card number could be cut out of. */
const randomText = (length: number) =>
  Buffer.from(Array.from(randomBytes(length), (byte) => 97 + (byte % 26)))

/** Asks until there is something; the time-out of the test ends it. */
async function until<Found>(ask: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    await wait(50)
  }
}

/** What callers can reach of a server, which may be one after another. */
class Callers {
  readonly client: TerminalClient
  readonly terminal: FakeTerminal
  readonly key: string

  constructor(server: BuiltServer, key: string, memory?: FakeTerminal['memory']) {
    this.key = key
    this.client = new TerminalClient(server.url)
    this.terminal = new FakeTerminal(
      this.client,
      memory ?? { serial: SERIAL, platform: 'other', token: undefined },
    )
  }

  rest(at: string, method = 'GET', json?: unknown) {
    return this.client.send({
      ...{ method, path: `/api/v1${at}`, token: this.key },
      ...(json === undefined ? {} : { json }),
    })
  }

  async contents(at: string): Promise<string> {
    const { status, body } = await this.rest(at)
    return status === 200 ? sha256(body) : `${status} ${body}`
  }

  handOverLog(name: string, body: Buffer) {
    const [from, to] = [new Date(Date.now() - 3_600_000), new Date()].map((at) => at.toISOString())
    const query = new URLSearchParams({ from: from ?? '', to: to ?? '' })
    return this.terminal.send('PUT', `/ecr-logs/${name}?${query}`, {
      ...{ body, headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
    })
  }

  /** Reads every log. @returns what is wrong with them, and how many there are */
  async compareLogs(expected: ReadonlyMap<string, string>): Promise<[wrong: string[], count: number]> {
    const found = await this.logs()
    const names = [...new Set([...found.keys(), ...expected.keys()])]
    const wrong = names.filter((name) => found.get(name) !== expected.get(name))
    return [wrong.map((name) => `${name}: ${found.get(name)}`), found.size]
  }

  /** Logs by their names, with their hashes as they are read. */
  private async logs(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = (
        await this.rest(`/ecr-logs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
      ).json<{ items: { id: string; name: string }[]; nextCursor: string | null }>()
      for (const { id, name } of items) found.set(name, await this.contents(`/ecr-logs/${id}/content`))
      if (nextCursor === null) return found
      cursor = nextCursor
    }
  }
}

/** Every blob below a folder of them, by its key. */
function filesIn(folder: string): Map<string, number> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile() && one.name !== MARK_NAME,
  )
  return new Map(
    names.map((one) => {
      const file = path.join(one.parentPath, one.name)
      return [path.relative(folder, file), statSync(file).size]
    }),
  )
}

describe.skipIf(isLeftOut)('the data of a built server', { timeout: 180_000 }, () => {
  let bucket: Env
  let otherBucket: Env
  let postgres: TcpPostgres
  let env: Env = { STORAGE_DIR: home, ESLIP_ARCHIVE_DAYS: '1' }
  const servers: BuiltServer[] = []
  const all: Callers[] = []
  let callers: Callers
  let licence: OfferedLicence
  const logs = new Map<string, string>()
  let archive: string

  async function start(its: Env, key: string, memory?: FakeTerminal['memory']): Promise<Callers> {
    const server = await startBuiltServer(its)
    servers.push(server)
    const made = new Callers(server, key, memory)
    all.push(made)
    return made
  }
  const stop = async () => expect(await servers.pop()?.stop()).toMatchObject({ code: 0 })

  /** A licence, logs, slips and the archive of a day, all in files. */
  async function fill(): Promise<void> {
    await psm(
      ...[env, 'operators', 'create', '--role', 'admin', '--username', OPERATOR.username],
      ...['--password', OPERATOR.password],
    )
    const { enrollmentCode } = await psm<{ enrollmentCode: string }>(
      ...[env, 'terminals', 'register', '--serial', SERIAL, '--platform', 'other'],
    )
    const file = path.join(room, 'licence.bin')
    writeFileSync(file, randomBytes(300_000))
    await psm(
      ...[env, 'licenses', 'import', file, '--serial', SERIAL, '--platform', 'other', '--lic-id', 'LIC-1'],
    )
    const { terminal } = callers
    expect((await terminal.enroll(enrollmentCode)).status).toBe(201)
    licence = await until(async () => (await terminal.checkIn()).actions[0] as OfferedLicence | undefined)
    for (let at = 0; at < LOGS; at++) await keepLog(`before-${at}.log`)
    const day = new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10)
    const old = Array.from({ length: 100 }, () => sale({ localDateTime: `${day}T10:00:00Z` }))
    const slips = [...old, sale({ rrn: '000000000042' })]
    expect((await terminal.send('POST', '/eslips', { json: { slips } })).status).toBe(200)
    await callers.rest('/jobs/archive-eslips/runs', 'POST', {})
    archive = await until(async () => {
      const { status, body } = await callers.rest('/eslips/archives/1/content')
      return status === 200 ? sha256(body) : undefined
    })
  }

  async function keepLog(name: string): Promise<void> {
    const body = randomText(20_000)
    const { status, body: said } = await callers.handOverLog(name, body)
    if (status >= 300) throw new Error(`${name}: ${status} ${said}`)
    logs.set(name, sha256(body))
  }

  beforeAll(async () => {
    const files = async () => {
      const server = await startBuiltServer(env)
      servers.push(server)
      const { key } = await psm<{ key: string }>(
        env,
        'api-keys',
        'create',
        '--name',
        'test',
        '--scopes',
        SCOPES,
      )
      callers = new Callers(server, key)
      all.push(callers)
      await fill()
      await stop()
    }
    const [one, database] = await Promise.all([emptyBucket(), startTcpPostgres(OTHER_POSTGRES), files()])
    bucket = s3Env(one)
    otherBucket = s3Env(await emptyBucket())
    postgres = database
    env = { ...env, ...bucket }
    callers = await start(env, callers.key, callers.terminal.memory)
  }, 240_000)
  afterAll(async () => {
    for (const { client } of all) client.close()
    for (const server of servers) await server.stop()
    await postgres?.stop()
    rmSync(room, { recursive: true, force: true })
  })

  it('goes from files to S3 and back while terminals hand over and fetch, and nobody is refused', async () => {
    const done = new AbortController()
    const unfit: string[] = []
    let [stored, read] = [0, 0]
    const seen = (what: string, is: string, should: string) => {
      read++
      if (is !== should) unfit.push(`${what}: ${is}`)
    }
    const guard = (turn: () => Promise<void>) =>
      (async () => {
        while (!done.signal.aborted) await turn().catch((error: Error) => void unfit.push(error.message))
      })()
    const busy = [
      guard(async () => {
        await keepLog(`during-${stored++}.log`)
        await wait(50)
      }),
      guard(async () => {
        const { status, body } = await callers.client.send({
          ...{ method: 'GET', path: licence.url, token: callers.terminal.token },
        })
        seen('licence', status === 200 ? sha256(body) : `${status} ${body}`, licence.sha256)
        seen('archive', await callers.contents('/eslips/archives/1/content'), archive)
        await wait(50)
      }),
      guard(async () => {
        const { items } = (await callers.rest('/ecr-logs?limit=5')).json<{
          items: { id: string; name: string }[]
        }>()
        // Its answer may not have come to the one who hands it over.
        for (const { id, name } of items)
          seen(name, await callers.contents(`/ecr-logs/${id}/content`), await known(name))
        await wait(50)
      }),
    ]
    async function known(name: string): Promise<string> {
      return until(async () => logs.get(name))
    }

    const there = await psm(env, 'blobs', 'migrate', '--to', 's3', '--remove-old')
    expect(there).toMatchObject({ home: 's3', other: null, problemCount: 0, old: { left: 0, orphans: 0 } })
    const [before, inFiles] = [stored, filesIn(path.join(home, 'blobs')).size]
    expect(inFiles).toBe(0)
    // A backup reads beside the way back.
    const [back, made] = await Promise.all([
      psm(env, 'blobs', 'migrate', '--to', 'files', '--remove-old'),
      psm(env, 'backup', '--to', series),
    ])
    expect(back).toMatchObject({ home: 'files', other: null, problemCount: 0, old: { left: 0, orphans: 0 } })
    expect(made).toMatchObject({ faultCount: 0, linked: 0 })
    done.abort()
    await Promise.all(busy)

    expect(unfit).toEqual([])
    expect(before).toBeGreaterThan(20)
    expect(stored).toBeGreaterThan(before)
    expect(read).toBeGreaterThan(100)
    expect(await callers.compareLogs(logs)).toEqual([[], logs.size])
    expect(await psm(env, 'blobs', 'verify')).toMatchObject({
      ...{ problemCount: 0, orphanCount: 0, checked: filesIn(path.join(home, 'blobs')).size },
    })
  })

  const places: { name: string; place: () => Promise<Env> }[] = [
    { name: 'an empty folder', place: async () => ({}) },
    {
      name: "a PostgreSQL and an S3 of one's own",
      async place() {
        await postgres.createDatabase('restored')
        return {
          ...otherBucket,
          DATABASE_URL: postgres.urlOf('psm_app', 'restored'),
          DATABASE_OWNER_URL: postgres.urlOf('psm_owner', 'restored'),
        }
      },
    },
  ]
  it.each(places)(
    'is backed up, and goes on from $name: people, terminals, slips and files',
    async ({ place }) => {
      if (servers.length > 0) {
        expect(await psm(env, 'backup', '--to', series)).toMatchObject({ faultCount: 0 })
        await stop()
      }
      const STORAGE_DIR = mkdtempSync(path.join(room, 'restored '))
      cpSync(path.join(home, 'secrets'), path.join(STORAGE_DIR, 'secrets'), { recursive: true })
      const its = { STORAGE_DIR, ESLIP_ARCHIVE_DAYS: '1', ...(await place()) }
      const blobs = filesIn(path.join(home, 'blobs'))
      const restored = await psm(its, 'restore', '--from', series)
      expect(restored).toMatchObject({
        blobs: blobs.size,
        auditProblem: null,
        missingSecrets: [],
        faultCount: 0,
      })
      if (!('DATABASE_URL' in its)) expect(filesIn(path.join(STORAGE_DIR, 'blobs'))).toEqual(blobs)

      const again = await start(its, callers.key, callers.terminal.memory)
      const answer = await fetch(`${servers.at(-1)?.url}/api/auth/sign-in`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ login: OPERATOR.username, password: OPERATOR.password }),
      })
      expect(answer.status).toBe(200)
      expect((await again.terminal.checkIn()).status).toBeLessThan(300)
      const fetched = await again.client.send({
        ...{ method: 'GET', path: licence.url, token: again.terminal.token },
      })
      expect(sha256(fetched.body)).toBe(licence.sha256)
      const slips = (await again.rest('/eslips/search?rrn=000000000042')).json<{ items: object[] }>()
      expect(slips.items).toHaveLength(1)
      expect(await again.contents('/eslips/archives/1/content')).toBe(archive)
      expect(await again.compareLogs(logs)).toEqual([[], logs.size])
      expect(await psm(its, 'blobs', 'verify')).toMatchObject({ problemCount: 0, checked: blobs.size })
      // It is a server like any other: new files come where the others are.
      expect((await again.handOverLog('after.log', Buffer.from('10:00 SALE'))).status).toBeLessThan(300)
      await stop()
    },
  )
})
