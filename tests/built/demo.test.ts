import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Browser } from '../support/browser'
import { ensureBuilt } from '../support/built-server'
import { freePort } from '../support/free-port'

const room = mkdtempSync(path.join(os.tmpdir(), 'psm demo '))
const SOON = { timeout: 90_000, interval: 500 }

/** `npm run demo` as a newcomer starts it. */
describe('the demonstration', () => {
  let demo: ReturnType<typeof spawn>
  let browser: Browser
  let said = ''

  beforeAll(async () => {
    await ensureBuilt()
    const port = String(await freePort())
    const env = { ...process.env, PORT: port, STORAGE_DIR: path.join(room, 'storage') }
    demo = spawn(process.execPath, ['scripts/demo.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [demo.stdout, demo.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    await vi.waitFor(() => expect(said).toContain('Ctrl-C'), { timeout: 120_000, interval: 500 })
    const [, url = '', username = '', password = ''] =
      /Web app\s+(\S+)\s+Sign in as\s+(\S+) \/ (\S+)/.exec(said) ?? []
    browser = new Browser(url)
    expect((await browser.signIn(username, password)).status).toBe(200)
  }, 240_000)

  afterAll(async () => {
    await stop()
    rmSync(room, { recursive: true, force: true })
  }, 60_000)

  /** Ends it, unless it has ended already. */
  async function stop(): Promise<number | null> {
    if (demo.exitCode === null && demo.kill('SIGTERM')) await once(demo, 'exit')
    return demo.exitCode
  }

  const ask = async <Row>(procedure: string, input: object = {}) =>
    ((await browser.ask(procedure, input)) as { items: Row[] }).items

  it('has an archive of real slips, which are found by the search', async () => {
    await expect
      .poll(() => ask('eslipArchives.list', { limit: 50 }), SOON)
      .toEqual(expect.arrayContaining([expect.objectContaining({ deletedAt: null })]))
    const to = new Date(Date.now() - 10 * 86_400_000).toISOString()
    await expect
      .poll(() => ask<{ isArchived: boolean }>('eslips.search', { to, limit: 5 }), SOON)
      .toContainEqual(expect.objectContaining({ isArchived: true }))
  }, 100_000)

  it('has a webhook whose receiver has taken messages', async () => {
    const delivered = async () => (await ask<{ delivered: number }>('webhooks.list'))[0]?.delivered
    await expect.poll(delivered, SOON).toBeGreaterThan(0)
  }, 100_000)

  it('has rollouts that reach the terminals', async () => {
    const succeeded = async () =>
      (await ask<{ waves: { counts: { succeeded: number } }[] }>('rollouts.list')).flatMap(({ waves }) =>
        waves.map(({ counts }) => counts.succeeded),
      )
    await expect.poll(async () => Math.max(0, ...(await succeeded())), SOON).toBeGreaterThan(0)
    expect(await ask('updateRules.list')).toHaveLength(3)
  }, 100_000)

  it('has applications in sets that reach the terminals', async () => {
    const names = (await ask<{ package: string }>('apps.list')).map((app) => app.package)
    expect(names).toEqual(expect.arrayContaining(['com.example.pspos', 'com.example.loyalty']))
    const sets = () => ask<{ id: string; terminals: number }>('appSets.list')
    await expect.poll(async () => (await sets()).length, SOON).toBe(2)
    for (const { id: setId, terminals } of await sets()) {
      expect(terminals).toBeGreaterThan(0)
      await expect
        .poll(() => ask('terminalApps.ofSet', { setId, outcome: 'done', limit: 5 }), SOON)
        .not.toEqual([])
    }
  }, 200_000)

  it('says nothing of troubles, and ends when it is told to', async () => {
    expect(await stop()).toBe(0)
    expect(said.trim().split('\n')[0]).toBe(
      'psManager is running with invented data and a simulated fleet of 60 terminals.',
    )
  }, 60_000)
})
