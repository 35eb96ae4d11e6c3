import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './free-port'

const PROGRAM = ['/usr/sbin/haproxy', '/usr/bin/haproxy', '/usr/local/sbin/haproxy'].find(existsSync)

/** What to do to have the tests of several servers run; undefined where they can. */
export const missingForBalancer = (): string | undefined =>
  PROGRAM === undefined ? 'Tests of several servers skipped: apt-get install -y haproxy' : undefined

export interface Balancer {
  url: string
  stop(): Promise<void>
}

/** haproxy as packaging/ has it, in front of two servers of this machine. */
export async function startBalancer(ports: readonly [number, number]): Promise<Balancer> {
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

/** What is shipped, with addresses of this machine for those of containers. */
function configuration(port: number, ports: readonly number[]): string {
  let text = readFileSync('packaging/haproxy.cfg', 'utf8')
  const put = (from: string, to: string) => {
    if (!text.includes(from)) throw new Error(`packaging/haproxy.cfg has no '${from}' any more.`)
    text = text.replace(from, to)
  }
  put('bind :8080', `bind 127.0.0.1:${port}`)
  for (const [at, one] of ports.entries()) put(`app${at + 1}:3000`, `127.0.0.1:${one}`)
  return text
}

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
