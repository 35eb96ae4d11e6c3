import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readSettings, SETTINGS } from '../../src/config'
import { KEEP_ALIVE_TIMEOUT_MS } from '../../src/server/listener'
import { STOP_LIMIT_MS } from '../../src/server/stop'
import { dockerfile } from './dockerfile'

interface Service {
  image?: string
  environment?: Record<string, string>
  secrets?: string[]
  volumes?: string[]
  ports?: string[]
  stop_grace_period?: string
  env_file?: string
  healthcheck?: object
}
interface Compose {
  services: Record<string, Service>
  secrets: Record<string, { file: string }>
  volumes: Record<string, null>
}

const { services, secrets, volumes } = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as Compose
const unit = readFileSync('packaging/psmanager.service', 'utf8')
const app1 = services.app1 as Service
/** How long a server may take to stop: its notice, its requests, and its queues and pools after them. */
function mostToStop(env: Record<string, string> = {}): number {
  const { drainNoticeSeconds, drainSeconds } = readSettings(env).http
  return drainNoticeSeconds + drainSeconds + STOP_LIMIT_MS / 1000
}
/** Of what compose.yaml sets, what a stopping server goes by. */
const drainEnv = Object.fromEntries(
  Object.entries(app1.environment ?? {}).filter(([name]) => name.startsWith('DRAIN_')),
)
const balancer = readFileSync('packaging/haproxy.cfg', 'utf8')
const inBalancer = (form: RegExp) => Number(form.exec(balancer)?.[1])
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const fresh = () => mkdtempSync(path.join(os.tmpdir(), 'psm packaging '))

function madeSecrets(): string {
  const folder = path.join(fresh(), 'secrets')
  execFileSync('sh', ['packaging/make-secrets.sh', folder])
  return folder
}

describe('Dockerfile', () => {
  it('ends in an image that runs as nobody special, is stopped in order, and brings no tools of the build', () => {
    const { last } = dockerfile()
    expect(last('USER')).toBe('node')
    expect(last('STOPSIGNAL')).toBe('SIGTERM')
    expect(
      dockerfile()
        .finalStage.filter(({ word }) => word === 'RUN')
        .map(({ rest }) => rest)
        .join(),
    ).not.toContain('npm')
    expect(JSON.parse(last('CMD'))).toEqual(['node', '.output/server/index.mjs'])
  })

  it.each([
    [200, 0],
    [503, 1],
  ])('is well by its own health check where /readyz says %i: exit code %i', async (status, code) => {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status).end()
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const PORT = String((server.address() as AddressInfo).port)
    const [, ...args] = dockerfile().healthCheck
    const outcome = await promisify(execFile)(process.execPath, args, { env: { PORT } }).then(
      () => 0,
      (error: { code: number }) => error.code,
    )
    server.close()
    expect([outcome, asked]).toEqual([code, ['/readyz']])
  })

  it('copies nothing into the build that is secret or only lies about', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n')
    expect(ignored).toEqual(
      expect.arrayContaining(['.env', '.git', 'node_modules', 'storage', 'packaging/secrets']),
    )
    expect(readFileSync('.gitignore', 'utf8')).toContain('packaging/secrets/')
  })
})

describe('compose.yaml', () => {
  const apps = ['app1', 'app2'].map((name) => services[name] as Service)

  it('runs two instances that differ in nothing but their folder', () => {
    const [one, two] = apps.map(({ volumes: _, ...rest }) => rest)
    expect(one).toEqual(two)
    expect(apps.map((app) => app.volumes)).toEqual([['app1:/var/lib/psmanager'], ['app2:/var/lib/psmanager']])
  })

  it('names settings that exist, and secrets that it hands over', () => {
    const all = Object.values(SETTINGS).flatMap((room) => Object.values(room)) as {
      env: string
      isSecret?: boolean
    }[]
    const known = all.flatMap(({ env, isSecret }) => (isSecret ? [env, `${env}_FILE`] : [env]))
    for (const [name, value] of Object.entries(apps[0]?.environment ?? {})) {
      expect(known).toContain(name)
      if (name.endsWith('_FILE')) expect(apps[0]?.secrets).toContain(path.basename(value))
    }
    const used = Object.values(services).flatMap((service) => service.secrets ?? [])
    expect(Object.keys(secrets).sort()).toEqual([...new Set(used)].sort())
  })

  it('gives every instance the same secret of sessions and the same wrapping keys', () => {
    for (const app of apps) {
      expect(app.environment).toMatchObject({
        AUTH_SECRET_FILE: '/run/secrets/auth-secret',
        KEY_WRAPPING_KEYS_FILE: '/run/secrets/key-wrapping-keys',
      })
    }
  })

  it('waits longer for an instance than it may take to stop: notice, requests, queues and pools', () => {
    for (const app of apps)
      expect(Number.parseInt(app.stop_grace_period ?? '', 10)).toBeGreaterThan(mostToStop(drainEnv))
  })

  it('has an instance that stops take requests until the balancer has missed it', () => {
    const missedAfter = inBalancer(/inter (\d+)s/) * inBalancer(/fall (\d+)/)
    expect(readSettings(drainEnv).http.drainNoticeSeconds).toBeGreaterThan(missedAfter)
  })

  it('has psm for administrators: the same settings, started by nobody else, backups in a place that it may write to', () => {
    const { volumes, ...psm } = services.psm as Service
    const { volumes: _, ...app } = app1
    expect(psm).toEqual({
      ...app,
      profiles: ['tools'],
      restart: 'no',
      entrypoint: ['node', '.output/tools/psm.mjs'],
      command: ['help'],
      healthcheck: { disable: true },
    })
    expect(volumes).toContain('backups:/backups')
    expect(dockerfile().last('RUN')).toMatch(/^install -d -m 0700 -o node -g node .*\/backups$/)
  })

  it('opens nothing but the balancer, and that to this machine alone', () => {
    const open = Object.entries(services).filter(([, service]) => service.ports !== undefined)
    expect(open.map(([name, { ports }]) => [name, ports])).toEqual([['balancer', ['127.0.0.1:8080:8080']]])
  })

  it('mounts files that exist and volumes that are declared', () => {
    for (const one of Object.values(services).flatMap((service) => service.volumes ?? [])) {
      const [from = ''] = one.split(':')
      if (from.startsWith('.')) expect(existsSync(from), from).toBe(true)
      else expect(Object.keys(volumes)).toContain(from)
    }
  })
})

describe('packaging/make-secrets.sh', () => {
  it('makes every secret that compose.yaml hands over, in a folder that nobody else may open', () => {
    const folder = madeSecrets()
    const files = [...Object.values(secrets).map(({ file }) => file), services.s3?.env_file ?? '']
    expect(readdirSync(folder).sort()).toEqual(files.map((file) => path.basename(file)).sort())
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('makes secrets that the server takes, with everything else that compose.yaml sets', () => {
    const folder = madeSecrets()
    const env = Object.entries(services.app1?.environment ?? {}).map(([name, value]) => [
      name,
      String(value)
        .replace('/run/secrets', folder)
        .replace(/^\$\{\w+:-(.*)\}$/, '$1'),
    ])
    const settings = readSettings(Object.fromEntries(env))
    expect(settings.keys.wrappingKeys?.[0]?.key).toHaveLength(32)
    expect(settings.database.url).toMatch(/^postgres:\/\/psm_app:[0-9a-f]{48}@postgres:5432\/psm$/)
    const s3 = readFileSync(path.join(folder, 's3.env'), 'utf8')
    expect(s3).toContain(`CEPH_DEMO_SECRET_KEY=${settings.s3.secretAccessKey}\n`)
  })

  it('leaves alone what is there', () => {
    const folder = madeSecrets()
    const before = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'))
    execFileSync('sh', ['packaging/make-secrets.sh', folder])
    expect(readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'))).toEqual(before)
  })
})

describe('packaging/postgres-roles.sh', () => {
  it('makes the roles and the database as README.md says', () => {
    const script = readFileSync('packaging/postgres-roles.sh', 'utf8')
    const block =
      /```sql\n(CREATE ROLE psm_owner[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
    const statements = block.trim().split('\n')
    expect(statements).toHaveLength(5)
    for (const one of statements) expect(script).toContain(one.replace(/'choose.*/, ''))
  })
})

it('README.md asks for as much room for locks of an own PostgreSQL as compose.yaml gives its', () => {
  const given = /max_locks_per_transaction=(\d+)/.exec(readFileSync('compose.yaml', 'utf8'))?.[1]
  expect(readFileSync('README.md', 'utf8')).toContain(`max_locks_per_transaction = ${given}`)
})

describe('packaging/haproxy.cfg', () => {
  it.skipIf(!has('haproxy'))('is a configuration that HAProxy takes', () => {
    const file = path.join(fresh(), 'haproxy.cfg')
    // The names are those of containers, which are known there alone.
    writeFileSync(file, balancer.replace(/\bapp([12]):3000/g, '127.0.0.1:300$1'))
    const { status, stderr } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8' })
    expect([status, /WARNING|ALERT/.exec(stderr)?.[0]]).toEqual([0, undefined])
  })

  it('asks /readyz, tells addresses on, and keeps the metrics inside', () => {
    for (const line of [
      'uri /readyz',
      'option forwardfor',
      'set-header X-Forwarded-Proto',
      'deny if { path_beg /metrics }',
    ])
      expect(balancer).toContain(line)
    expect(services.balancer?.volumes).toEqual([
      './packaging/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro',
    ])
  })

  it('lets go of what idles before an instance does: no request meets a closing door', () => {
    expect(inBalancer(/http-keep-alive (\d+)s/) * 1000).toBeLessThan(KEEP_ALIVE_TIMEOUT_MS)
  })
})

describe('packaging/psmanager.service', () => {
  const unitValue = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1]

  it.skipIf(!has('systemd-analyze'))('is a unit that systemd takes, and exposes little', () => {
    const file = path.join(fresh(), 'psmanager.service')
    writeFileSync(file, unit.replace('/usr/bin/node ', `${process.execPath} `))
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
    expect([verified.status, verified.stderr]).toEqual([0, ''])
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', file], {
      encoding: 'utf8',
    })
    expect(Number(/Overall exposure level[^:]*: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2)
  })

  it('runs as a user of its own, in its own folder, and is stopped in order', () => {
    expect([unitValue('User'), unitValue('StateDirectory'), unitValue('KillMode')]).toEqual([
      ...['psmanager', 'psmanager', 'mixed'],
    ])
    expect(unitValue('Environment')).toContain(`STORAGE_DIR=/var/lib/${unitValue('StateDirectory')}`)
    // Also with the notice that a balancer needs: another one behind a balancer is a setting, not another unit.
    expect(Number(unitValue('TimeoutStopSec'))).toBeGreaterThan(mostToStop(drainEnv))
  })
})

describe('packaging/psm', () => {
  /** What it asks of systemd, with one in its place that writes down what it is asked, and passes things on. */
  function call(args: string[], uid = 0) {
    const folder = fresh()
    const program = (name: string, text: string) =>
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    program('id', `echo ${uid}`)
    program('systemd-run', `printf '%s\\n' "$@" >"${folder}/asked"; cat; exit 3`)
    const done = spawnSync('sh', [path.resolve('packaging/psm'), ...args], {
      input: 'what is read',
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: `${folder}:${process.env.PATH}` },
    })
    const asked = existsSync(path.join(folder, 'asked'))
      ? readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n')
      : []
    return { ...done, asked }
  }

  it('calls psm as the user of the unit, with its settings, its folder and its program', () => {
    const { asked } = call(['help'])
    for (const name of [
      'User',
      'Group',
      'UMask',
      'StateDirectory',
      'StateDirectoryMode',
      'Environment',
      'EnvironmentFile',
    ]) {
      const [line = ''] = new RegExp(`^${name}=.*$`, 'm').exec(unit) ?? []
      expect(asked).toContain(`--property=${line}`)
    }
    const [node, server = ''] = /^ExecStart=(\S+) (\S+)$/m.exec(unit)?.slice(1) ?? []
    const tool = server.replace('server/index.mjs', 'tools/psm.mjs')
    expect(asked.slice(asked.indexOf('--'))).toEqual(['--', node, tool, 'help'])
  })

  it('hands on words with spaces, what is read and written, and the exit code', () => {
    const { asked, stdout, status } = call(['terminals', 'import', 'my file.csv'])
    expect(asked.slice(-3)).toEqual(['terminals', 'import', 'my file.csv'])
    expect([stdout, status]).toEqual(['what is read', 3])
  })

  it('says so where somebody calls it who may not', () => {
    const { asked, stderr, status } = call(['help'], 1000)
    expect([asked, status]).toEqual([[], 2])
    expect(stderr).toContain('call it as root')
  })
})
