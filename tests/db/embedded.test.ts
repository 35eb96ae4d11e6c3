import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, findRunning, startEmbeddedPostgres } from '../../src/db/embedded'

const isRoot = process.getuid?.() === 0
const room = mkdtempSync(path.join(os.tmpdir(), 'psm embedded '))
const running: { stop(): Promise<void> }[] = []
const children: ChildProcess[] = []
let count = 0
const freshFolder = () => path.join(room, `db ${++count}`)
const script = path.resolve('node_modules', '.cache', `psm-embedded-${process.pid}.mjs`)

beforeAll(async () => {
  // The last rung runs as nobody, which must get through the folders above.
  chmodSync(room, 0o755)
  await build({
    stdin: {
      contents: `import { startEmbeddedPostgres } from './src/db/embedded'
        const server = await startEmbeddedPostgres({ directory: process.argv[2], role: process.argv[3] })
        process.stdout.write('ready ' + server.pid + '\\n')
        setInterval(() => {}, 1000)`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile: script,
    logLevel: 'error',
  })
})
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => {
  rmSync(room, { recursive: true, force: true })
  rmSync(script, { force: true })
})

async function start(directory: string, more: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  const server = await startEmbeddedPostgres({ directory, role: 'server', ...more })
  running.push(server)
  return server
}

/** A process of its own that starts the database and stays. */
function startElsewhere(
  directory: string,
  role = 'server',
): Promise<{ child: ChildProcess; postmaster: number }> {
  const child = spawn(process.execPath, [script, directory, role], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended early: ${code}`)))
    child.stdout?.on('data', (text: Buffer) => {
      const ready = /ready (\d+)/.exec(text.toString())
      if (ready) resolve({ child, postmaster: Number(ready[1]) })
    })
  })
}

async function ask<Row extends postgres.Row>(
  server: EmbeddedPostgres,
  statement: string,
  as: 'owner' | 'app' = 'app',
) {
  const { socketPath, user, database } = server[as]
  const sql = postgres({ path: socketPath, user, database, max: 1, onnotice: () => {} })
  try {
    return (await sql.unsafe(statement)) as unknown as Row[]
  } finally {
    await sql.end()
  }
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`)
async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('the embedded database', () => {
  it('starts on a bare folder, keeps what it was told, and stops', async () => {
    const directory = freshFolder()
    const first = await start(directory)
    await ask(first, 'create table kept (what text); insert into kept values (42)', 'owner')
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    const second = await start(directory)
    expect(await ask(second, 'select what from kept', 'owner')).toEqual([{ what: '42' }])
  })

  it('lets neither of its roles be a superuser, and the application make no tables', async () => {
    const server = await start(freshFolder())
    const roles = await ask(server, `select rolname from pg_roles where rolsuper and rolname like 'psm%'`)
    expect(roles).toEqual([])
    await expect(ask(server, 'create table forbidden (a int)')).rejects.toThrow(/permission denied/)
    await expect(ask(server, `copy (select 1) to program 'cat'`, 'owner')).rejects.toThrow(
      /permission denied/,
    )
  })

  it('listens on no network and lets nobody else at its files', async () => {
    const directory = freshFolder()
    const server = await start(directory)
    expect(await ask(server, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(path.dirname(server.app.socketPath)).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(directory, 'postgres.log')).mode & 0o777).toBe(0o600)
  })

  it('writes no row content into its log', async () => {
    const directory = freshFolder()
    const server = await start(directory)
    await ask(server, 'create table cards (number text unique)', 'owner')
    const twice = `insert into cards values ('4111111111111111')`
    await ask(server, twice, 'owner')
    await expect(ask(server, twice, 'owner')).rejects.toThrow(/duplicate key/)
    expect(readFileSync(path.join(directory, 'postgres.log'), 'utf8')).not.toContain('4111111111111111')
  })

  it('refuses a folder that a living server has, at once and in one line', async () => {
    const directory = freshFolder()
    await start(directory)
    await expect(start(directory)).rejects.toMatchObject({
      code: 'storage_in_use',
      message: `${directory} is in use by process ${process.pid}`,
    })
  })

  it('lets only one of two have it that start at the same moment', async () => {
    const directory = freshFolder()
    await (await start(directory)).stop()
    running.length = 0
    const outcomes = await Promise.allSettled([
      startElsewhere(directory),
      start(directory, { waitMs: 3_000 }),
    ])
    const won = outcomes.filter((one) => one.status === 'fulfilled')
    expect(won).toHaveLength(1)
  })

  it('is found by a program beside its server', async () => {
    const directory = freshFolder()
    expect(await findRunning(directory)).toBeUndefined()
    const { child } = await startElsewhere(directory)
    expect(await findRunning(directory)).toMatchObject({ heldBy: 'server', pid: child.pid })
  })

  it('leaves no orphan when its server is killed, and the next start waits for the old one to go', async () => {
    const directory = freshFolder()
    const { child, postmaster } = await startElsewhere(directory)
    child.kill('SIGKILL')
    const server = await start(directory)
    expect(isAlive(postmaster)).toBe(false)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('waits for a short-lived program that has the folder', async () => {
    const directory = freshFolder()
    const { child } = await startElsewhere(directory, 'cli')
    setTimeout(() => child.kill('SIGTERM'), 300)
    const server = await start(directory)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('starts after a power cut left a pid file whose number is somebody else’s now', async () => {
    const directory = freshFolder()
    await (await start(directory)).stop()
    writeFileSync(path.join(directory, 'data', 'postmaster.pid'), `${process.pid}\n${directory}\n`)
    writeFileSync(
      path.join(directory, 'owner.json'),
      JSON.stringify({ pid: process.pid, bornAt: 'another life', role: 'server', socketPath: '/nowhere' }),
    )
    expect(await ask(await start(directory), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('is started again when it ends by itself, and has what was written', async () => {
    const told: string[] = []
    const server = await start(freshFolder(), {
      onCrash: (why) => told.push(why),
      onReturn: () => told.push('back'),
    })
    const first = server.pid
    await ask(server, 'create table kept as select 1 as one', 'owner')
    process.kill(first, 'SIGKILL')
    await until(() => told.includes('back'))
    expect(told[0]).toContain('postgres.log')
    expect(server.pid).not.toBe(first)
    expect(await ask(server, 'select one from kept', 'owner')).toEqual([{ one: 1 }])
    process.kill(server.pid, 'SIGKILL')
    await until(() => told.filter((one) => one === 'back').length === 2)
    expect(await ask(server, 'select one from kept', 'owner')).toEqual([{ one: 1 }])
  })

  it('is not started beside backends of its predecessor that still work', async () => {
    const told: string[] = []
    const server = await start(freshFolder(), { onCrash: (why) => told.push(why) })
    const first = server.pid
    const sql = postgres({ path: server.owner.socketPath, user: server.owner.user, database: 'psm', max: 1 })
    const [backend] = await sql`select pg_backend_pid() as pid`
    process.kill(backend?.pid, 'SIGSTOP')
    process.kill(first, 'SIGKILL')
    await until(() => told.length > 0)
    await wait(2_000)
    expect(server.pid).toBe(first)
    process.kill(backend?.pid, 'SIGKILL')
    await until(() => server.pid !== first)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await sql.end({ timeout: 1 }).catch(() => {})
  })

  it('is tried again and again, and the reason told once, until what was in the way is gone', async () => {
    const told: string[] = []
    const directory = freshFolder()
    const server = await start(directory, {
      onCrash: (why) => told.push(why),
      onReturn: () => told.push('back'),
    })
    const needed = path.join(directory, 'data/global/pg_control')
    renameSync(needed, `${needed}.away`)
    process.kill(server.pid, 'SIGKILL')
    const tries = () =>
      readFileSync(path.join(directory, 'postgres.log'), 'utf8').split('could not find the database').length -
      1
    await until(() => tries() > 2)
    renameSync(`${needed}.away`, needed)
    await until(() => told.includes('back'))
    expect(told).toEqual([expect.stringContaining('ended'), expect.stringContaining('did not start'), 'back'])
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('can be stopped while it is to be started again', async () => {
    const told: string[] = []
    const directory = freshFolder()
    const server = await start(directory, {
      onCrash: (why) => told.push(why),
      onReturn: () => told.push('back'),
    })
    process.kill(server.pid, 'SIGKILL')
    await until(() => told.length > 0)
    await server.stop()
    expect(await findRunning(directory)).toBeUndefined()
    expect(told).not.toContain('back')
  })

  it('is not started again for a program that has nearly ended', async () => {
    const told: string[] = []
    const server = await start(freshFolder(), {
      role: 'cli',
      onCrash: (why) => told.push(why),
      onReturn: () => told.push('back'),
    })
    process.kill(server.pid, 'SIGKILL')
    await until(() => told.length > 0)
    await wait(1_500)
    expect(told).toHaveLength(1)
    await server.stop()
  })

  it('refuses files of another major version instead of spoiling them', async () => {
    const directory = freshFolder()
    await (await start(directory)).stop()
    writeFileSync(path.join(directory, 'data', 'PG_VERSION'), '9\n')
    await expect(start(directory)).rejects.toMatchObject({ code: 'other_major_version' })
  })

  it('finds a shorter place for its socket where the path is too long', async () => {
    const directory = path.join(freshFolder(), 'x'.repeat(60), 'y'.repeat(60))
    const server = await start(directory)
    expect(Buffer.byteLength(server.app.socketPath)).toBeLessThan(108)
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('says in one line what to do where there are no programs', async () => {
    await expect(start(freshFolder(), { binDirectory: '/nowhere' })).rejects.toMatchObject({
      code: 'cannot_run_embedded',
    })
  })

  describe.runIf(isRoot)('as root', () => {
    it.each(['userns', 'setpriv', 'setuid'] as const)(
      'runs by way of %s, as somebody who is not root',
      async (rung) => {
        const server = await start(freshFolder(), { rung })
        expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
      },
    )

    it('changes from one way to another on the same folder', async () => {
      const directory = freshFolder()
      for (const rung of ['setuid', 'userns', 'setpriv', 'userns'] as const) {
        const server = await start(directory, { rung })
        expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
        await server.stop()
      }
    })

    it.each(['userns', 'setpriv'] as const)(
      'works below a home that is closed to others (%s)',
      async (rung) => {
        const home = path.join(freshFolder(), 'home')
        mkdirSync(home, { recursive: true })
        chmodSync(home, 0o700)
        const server = await start(path.join(home, 'storage', 'db'), { rung })
        expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }])
      },
    )
  })
})
