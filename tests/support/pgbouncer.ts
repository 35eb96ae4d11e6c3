import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './free-port'

const PROGRAM = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(existsSync)

/** What to do to have the tests of a pooler run; undefined where they can. */
export const missingForPooler = (): string | undefined =>
  PROGRAM === undefined ? 'skipped: apt-get install -y pgbouncer' : undefined

export interface Pooler {
  urlOf(role: 'psm_owner' | 'psm_app', database: string): string
  stop(): Promise<void>
}

/**
 * PgBouncer in transaction mode, otherwise as it comes, in front of a PostgreSQL of this machine. With few connections
 * behind it, so that a client meets one that others have used.
 * @param serverPort of the PostgreSQL, with the passwords of `startTcpPostgres`
 */
export async function startPooler(serverPort: number): Promise<Pooler> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-pooler-'))
  const port = await freePort()
  const users = path.join(folder, 'users.txt')
  const file = path.join(folder, 'pgbouncer.ini')
  writeFileSync(users, ['psm_owner', 'psm_app'].map((role) => `"${role}" "secret"\n`).join(''))
  writeFileSync(
    file,
    `[databases]
* = host=127.0.0.1 port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 3
`,
  )
  chmodSync(folder, 0o755)
  // It refuses to be root.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn(PROGRAM ?? 'pgbouncer', ['-q', file], { stdio: 'ignore', ...account })
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries === 500) throw new Error('The pooler does not come up.')
    await wait(20)
  }
  return {
    urlOf: (role, database) => `postgres://${role}:secret@127.0.0.1:${port}/${database}`,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
