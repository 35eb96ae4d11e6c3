import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../support/built-server'
import { freePort } from '../support/free-port'

let npm: ChildProcess
let url: string
let folder: string

beforeAll(ensureBuilt, 180_000)

afterEach(async () => {
  while ((await isServing()) || isKeepingData()) await sleep(50)
  rmSync(folder, { recursive: true, force: true })
})

describe('npm start', () => {
  it('hands a signal on to the server and ends as it does', async () => {
    await start()
    const ended = new Promise<number | null>((resolve) => npm.once('close', resolve))
    npm.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(await isServing()).toBe(false)
    expect(isKeepingData()).toBe(false)
  })

  it('leaves no server and no database behind when npm is killed', async () => {
    await start()
    npm.kill('SIGKILL')
    while ((await isServing()) || isKeepingData()) await sleep(50)
  })
})

async function start(): Promise<void> {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  folder = mkdtempSync(path.join(tmpdir(), 'psm-npm-'))
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', STORAGE_DIR: folder }
  npm = spawn('npm', ['start'], { env, stdio: 'ignore' })
  while (!(await isServing())) {
    if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}.`)
    await sleep(50)
  }
}

const isServing = () =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )

/** PostgreSQL takes its file away last of all, when its processes are gone and nothing is written any more. */
const isKeepingData = () => existsSync(path.join(folder, 'db/data/postmaster.pid'))
