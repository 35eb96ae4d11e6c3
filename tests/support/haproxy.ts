import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './built-server'

const PROGRAM = ['/usr/sbin/haproxy', '/usr/bin/haproxy', '/usr/local/sbin/haproxy'].find(existsSync)

/** What to do to have the tests of several servers run; undefined where they can. */
export const missingForBalancer = (): string | undefined =>
  PROGRAM === undefined ? 'Tests of several servers skipped: apt-get install -y haproxy' : undefined

export interface Balancer {
  url: string
  stop(): Promise<void>
}

/** haproxy in front of servers of this machine, which asks each of them whether it may send there. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-balancer-'))
  const port = await freePort()
  const file = path.join(folder, 'haproxy.cfg')
  writeFileSync(file, configuration(port, ports))
  const child = spawn(PROGRAM ?? 'haproxy', ['-db', '-f', file], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(url, child)
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A connection that nobody took is tried with the next server; a request that was sent is not, for it may have been done. */
const configuration = (port: number, ports: readonly number[]) => `
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  option redispatch 1
  retries 3
  retry-on conn-failure
  http-reuse never
frontend front
  bind 127.0.0.1:${port}
  default_backend servers
backend servers
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 200ms fall 1 rise 1
${ports.map((one) => `  server at${one} 127.0.0.1:${one}`).join('\n')}
`

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; child.exitCode === null && tries < 500; tries++) {
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await wait(20)
  }
  throw new Error('The balancer does not come up.')
}
