import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export interface Nginx {
  version: string
  port: number
  pid: number
  stop(): Promise<void>
}

/** nginx as Debian ships it, one process, with sendfile, for the files of one folder; undefined where there is none. */
export async function startNginx(directory: string, files: string): Promise<Nginx | undefined> {
  const version = versionOf()
  if (version === undefined) return undefined
  const port = await freePort()
  const configuration = path.join(directory, 'nginx.conf')
  writeFileSync(
    configuration,
    `daemon off; master_process off; user root; pid ${directory}/nginx.pid; error_log stderr error;
events { worker_connections 2048; }
http {
  access_log off; sendfile on; tcp_nopush on; default_type application/octet-stream;
  client_body_temp_path ${directory}/n1; proxy_temp_path ${directory}/n2; fastcgi_temp_path ${directory}/n3;
  uwsgi_temp_path ${directory}/n4; scgi_temp_path ${directory}/n5;
  server { listen 127.0.0.1:${port}; root "${files}"; }
}
`,
  )
  const child = spawn('nginx', ['-c', configuration, '-p', directory], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  // Also where the bench ends by a mistake.
  process.once('exit', () => child.kill('SIGKILL'))
  await answers(port, child)
  return {
    version,
    port,
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

function versionOf(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' }).split('/')[1]?.trim()
  } catch {
    return undefined
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => {})
      setTimeout(() => socket.destroy(), 50)
    })
    if (isUp) return
    await wait(50)
  }
  throw new Error('nginx does not start.')
}
