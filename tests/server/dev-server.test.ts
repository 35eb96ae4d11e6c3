import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setUpFirst } from '../support/built-server'
import { freePort } from '../support/free-port'

let dev: ChildProcess
let url: string
/** Of somebody signed in. */
let cookie: string
const folder = mkdtempSync(path.join(tmpdir(), 'psm-dev-'))

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const env = {
    ...process.env,
    PORT: String(port),
    STORAGE_DIR: folder,
    SECOND_FACTOR_ROLES: 'none',
    NODE_ENV: 'development',
  }
  dev = spawn(process.execPath, ['scripts/dev.mjs'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  dev.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  while (!(await answers('/healthz'))) {
    if (dev.exitCode !== null) throw new Error('The development server has exited.')
    await sleep(200)
  }
  cookie = await setUpFirst({ url, stderr: () => said })
}, 120_000)

afterAll(async () => {
  const gone = new Promise((resolve) => dev.once('close', resolve))
  dev.kill('SIGTERM')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

const ask = (path: string, method = 'GET') =>
  fetch(url + path, { method, headers: { cookie }, redirect: 'manual' })

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
    expect((await ask('/terminalx')).headers.get('content-type')).toMatch(/^text\/html/)
    // The first page is compiled when it is asked for.
  }, 90_000)

  it('renders pages, and refuses what the built server refuses', async () => {
    const page = await ask('/')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('"username":"first"')
    expect((await ask('/', 'POST')).status).toBe(405)
    expect((await ask('/_server', 'POST')).status).toBe(404)
  })

  it.each(['/storage/README.md', '/_build/storage/README.md', '/.git/config', '/.env'])(
    'does not hand out %s',
    async (path) => {
      const answer = await ask(path)
      // The app's own page, which says that there is nothing, or nothing at all.
      expect(answer.status >= 400 || (await answer.text()).includes('"username":"first"')).toBe(true)
    },
  )
})
