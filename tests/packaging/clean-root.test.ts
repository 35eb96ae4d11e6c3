import { execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port'
import { startTcpPostgres } from '../support/tcp-postgres'
import { dockerfile } from './dockerfile'

/**
 * The Dockerfile without a container engine: its instructions carried out in an empty folder, its command started from
 * what the image would hold. Minutes and a network: only with PSM_TEST_PACKAGING=1.
 */
const root = mkdtempSync(path.join(os.tmpdir(), 'psm-clean-root-'))
const run = promisify(execFile)
const NOBODY_SPECIAL = 1000

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** The files that the engine would be sent. */
async function context(): Promise<string[]> {
  const ignored = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  const { stdout } = await run('git', ['ls-files', '-z'], { maxBuffer: 32 * 1024 * 1024 })
  const isIgnored = (file: string) => ignored.some((one) => file === one || file.startsWith(`${one}/`))
  return stdout.split('\0').filter((file) => file !== '' && !isIgnored(file))
}

async function build(source: string): Promise<void> {
  const files = await context()
  for (const { word, rest } of dockerfile().buildStage) {
    if (word === 'COPY') {
      const wanted = rest.split(' ').slice(0, -1)
      for (const file of wanted.includes('.') ? files : wanted)
        cpSync(file, path.join(source, file), { recursive: true })
    }
    if (word === 'RUN')
      await run('sh', ['-c', rest], {
        cwd: source,
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
        maxBuffer: 64 * 1024 * 1024,
      })
  }
}

function assemble(source: string, image: string): void {
  for (const { word, rest } of dockerfile().finalStage) {
    const [, from = '', to = ''] = /^--from=build \/src\/(\S+) (\S+)$/.exec(rest) ?? []
    if (word === 'COPY')
      cpSync(path.join(source, from), path.join(image, to === './' ? from : to), { recursive: true })
  }
}

describe('the Dockerfile in a clean root', () => {
  it.skipIf(process.env.PSM_TEST_PACKAGING !== '1')(
    'builds, starts as nobody special from what the image holds, gets well, and stops in order',
    async () => {
      const [source, image, storage] = ['src', 'image', 'storage'].map((name) => path.join(root, name))
      if (!source || !image || !storage) throw new Error('unreachable')
      for (const folder of [source, image, storage]) mkdirSync(folder)
      await build(source)
      assemble(source, image)
      rmSync(source, { recursive: true })
      chmodSync(root, 0o755)
      const isRoot = process.getuid?.() === 0
      if (isRoot) chownSync(storage, NOBODY_SPECIAL, NOBODY_SPECIAL)

      const database = await startTcpPostgres(undefined, { settings: { max_locks_per_transaction: '2048' } })
      await database.createDatabase('clean')
      const PORT = String(await freePort())
      const env = {
        ...{ PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT, STORAGE_DIR: storage },
        DATABASE_URL: database.urlOf('psm_app', 'clean'),
        DATABASE_OWNER_URL: database.urlOf('psm_owner', 'clean'),
      }
      const [, ...args] = JSON.parse(dockerfile().last('CMD')) as string[]
      const server = spawn(process.execPath, args, {
        cwd: image,
        env,
        ...(isRoot ? { uid: NOBODY_SPECIAL, gid: NOBODY_SPECIAL } : {}),
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      const ended = new Promise<number | null>((resolve) => server.once('exit', resolve))
      const [, ...check] = dockerfile().healthCheck
      let isWell = false
      for (let tries = 0; tries < 60 && !isWell && server.exitCode === null; tries++) {
        isWell = await run(process.execPath, check, { env: { PORT } }).then(
          () => true,
          () => wait(500).then(() => false),
        )
      }
      expect(isWell).toBe(true)
      expect((await fetch(`http://127.0.0.1:${PORT}/healthz`)).status).toBe(200)
      server.kill('SIGTERM')
      expect(await ended).toBe(0)
      await database.stop()
    },
    900_000,
  )
})
