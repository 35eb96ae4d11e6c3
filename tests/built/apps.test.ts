import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import { TerminalClient } from '../../src/tools/simulator/client'
import { askForCode } from '../../src/tools/simulator/register'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { NO_TROUBLES } from '../../src/tools/simulator/troubles'
import { apkMutants } from '../support/apk-mutants'
import { type BuiltServer, startBuiltServer } from '../support/built-server'
import { freePort } from '../support/free-port'

const SCOPES = [
  ...['terminals:read', 'terminals:write', 'terminals:enroll', 'uploads:write'],
  ...['apps:read', 'apps:write'],
].join()
const MIB = 1024 * 1024
/** What a server may have more in its memory after hundreds of refused files than after the first hundred. */
const MOST_GROWN_BYTES = 64 * MIB
const room = mkdtempSync(path.join(os.tmpdir(), 'psm apps '))

let server: BuiltServer
let client: TerminalClient
let key: string

beforeAll(async () => {
  const env = {
    STORAGE_DIR: path.join(room, 'storage'),
    PORT: String(await freePort()),
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

const call = (method: string, address: string, json?: unknown) =>
  client.send({
    ...{ method, path: `/api/v1${address}`, token: key },
    ...(json === undefined ? {} : { json }),
  })

async function made<Body>(method: string, address: string, json?: unknown): Promise<Body> {
  const answer = await call(method, address, json)
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${answer.body}`)
  return answer.json<Body>()
}

async function upload(bytes: Buffer): Promise<string> {
  const file = { fileName: 'app.apk', sizeBytes: bytes.length, purpose: 'apps' }
  const { uploadId } = await made<{ uploadId: string }>('POST', '/uploads', file)
  const answer = await fetch(`${server.url}/api/v1/uploads/${uploadId}/parts/0`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
  if (!answer.ok) throw new Error(`The part was not taken: ${await answer.text()}`)
  return uploadId
}

async function takeIn(bytes: Buffer): Promise<{ status: number; code: string; why: unknown }> {
  const answer = await call('POST', '/app-versions', { uploadId: await upload(bytes) })
  const { code = '', why } = answer.json<{ code?: string; why?: unknown }>()
  return { status: answer.status, code, why }
}

/** What the server has in memory, in bytes. */
const rss = () => {
  const [, kib = '0'] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}

describe('the built server', () => {
  it('brings the thread that reads APKs', () => {
    expect(existsSync(path.resolve('.output/tools/apk-reader.mjs'))).toBe(true)
  })

  it('refuses hostile files, always in the same words, and its memory stays as it is', async () => {
    // An empty file is refused by the upload already.
    const mutants = apkMutants().filter(({ bytes }) => bytes.length > 0)
    expect(mutants.length).toBeGreaterThan(30)
    const answers = new Map<string, string>()
    let before = 0
    for (const round of [1, 2, 3]) {
      // All of them once; then every third, again and again, for what they leave behind.
      const files = round === 1 ? mutants : mutants.filter((_, at) => at % 3 === round % 3)
      for (const { name, bytes, why } of files) {
        const answer = await takeIn(bytes)
        expect(answer.status, name).toBeLessThan(500)
        if (why !== undefined) expect(answer, name).toMatchObject({ status: 422, code: 'apk_refused' })
        // Of what differs in nothing that matters the first round may make a version, which is there in the next.
        if (answer.status === 422) {
          const words = JSON.stringify(answer)
          expect(answers.get(name) ?? words, name).toBe(words)
          answers.set(name, words)
        }
      }
      if (round === 1) before = rss()
    }
    expect(rss() - before).toBeLessThan(MOST_GROWN_BYTES)
    expect((await call('GET', '/apps?limit=1')).status).toBe(200)
  }, 240_000)

  it('takes APKs in and brings them to an Android terminal, which installs, upgrades and removes', async () => {
    const signer = newSigner('maker')
    const apk = (versionCode: number) =>
      makeApk({ packageName: 'com.example.built', versionCode, versionName: `${versionCode}.0` }, signer)
    for (const code of [1, 2]) expect((await takeIn(apk(code))).status, `version ${code}`).toBe(201)
    const line = (versionCode: number) => ({ package: 'com.example.built', want: 'version', versionCode })
    const set = await made<{ id: string; edition: number }>('POST', '/app-sets', {
      name: 'Built',
      lines: [line(1)],
    })
    const serial = 'BUILT-APPS-1'
    const { id: terminalId } = await register(serial)
    const memory = { serial, platform: 'feitian-f20' as const, token: undefined }
    const terminal = new FakeTerminal(client, memory)
    await terminal.enroll((await askForCode(client, key, [memory])) ?? '')
    await terminal.checkIn()
    const choice = { by: 'terminals', terminalIds: [terminalId] }
    const preview = await made<{ fingerprint: string; tally: unknown }>('POST', '/profile/app-sets/preview', {
      setId: set.id,
      choice,
    })
    expect(preview.tally).toMatchObject({ install: [{ package: 'com.example.built', terminals: 1 }] })
    await made('POST', '/profile/app-sets', { setId: set.id, choice, fingerprint: preview.fingerprint })
    await comeTo(terminal, terminalId, 1)
    const second = await made<{ edition: number }>('PATCH', `/app-sets/${set.id}`, {
      ...{ edition: set.edition, lines: [line(2)] },
    })
    await comeTo(terminal, terminalId, 2)
    await made('PATCH', `/app-sets/${set.id}`, { edition: second.edition, lines: [] })
    await comeTo(terminal, terminalId, undefined)
  }, 60_000)
})

const register = (serial: string) =>
  made<{ id: string }>('POST', '/terminals', { serial, platform: 'feitian-f20' })

/** Checks in until the server sees the application at this version, or sees it gone. */
async function comeTo(
  terminal: FakeTerminal,
  terminalId: string,
  versionCode: number | undefined,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { actions } = await terminal.checkIn()
    for (const action of actions) await terminal.perform(action, NO_TROUBLES)
    const { apps, decision } = await made<{
      apps: { package: string; installed: { versionCode: number } | null }[]
      decision: { outcome: string }
    }>('GET', `/terminals/${terminalId}/apps`)
    const installed = apps.find((app) => app.package === 'com.example.built')?.installed?.versionCode
    if (installed === versionCode && decision.outcome === 'done') return
    if (tries === 10) throw new Error(`It has ${installed}, and is ${decision.outcome}.`)
  }
}
