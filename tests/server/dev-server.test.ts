import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/built-server'

let dev: ChildProcess
let url: string
const folder = mkdtempSync(path.join(tmpdir(), 'psm-dev-'))

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const env = { ...process.env, PORT: String(port), STORAGE_DIR: folder, NODE_ENV: 'development' }
  dev = spawn(process.execPath, ['scripts/dev.mjs'], { env, stdio: 'ignore' })
  while (!(await answers('/healthz'))) {
    if (dev.exitCode !== null) throw new Error('The development server has exited.')
    await sleep(200)
  }
}, 120_000)

afterAll(async () => {
  const gone = new Promise((resolve) => dev.once('close', resolve))
  dev.kill('SIGTERM')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

const answers = (path: string) =>
  fetch(url + path).then(
    (answer) => answer.ok,
    () => false,
  )

describe('the development server', () => {
  it('puts the door before the framework, addresses untouched', async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok' })
    const stranger = await fetch(`${url}/terminal/v1/no-such-message`, { method: 'POST', body: 'x' })
    expect(stranger.headers.get('content-type')).toMatch(/json$/)
    expect((await fetch(`${url}/terminalx`)).headers.get('content-type')).toMatch(/^text\/html/)
  })

  it('renders pages, and refuses what the built server refuses', async () => {
    expect(await (await fetch(`${url}/`)).text()).toContain('psManager is running')
    expect((await fetch(`${url}/no-such-page`)).status).toBe(404)
    expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${url}/_server`, { method: 'POST' })).status).toBe(404)
  })

  it.each(['/storage/README.md', '/_build/storage/README.md', '/.git/config', '/.env'])(
    'does not hand out %s',
    async (path) => {
      expect((await fetch(url + path)).status).toBeGreaterThanOrEqual(400)
    },
  )
})
