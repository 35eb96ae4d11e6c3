import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ROOT } from './lib/sources.mjs'

/**
 * `npm run demo`: builds where needed, starts the server on ./storage, fills it with invented data and lets a simulated
 * fleet live on it, with updates that reach it in waves, sets of applications, a slip archive and a receiver of webhooks,
 * until Ctrl-C.
 */
const port = process.env.PORT ?? '3000'
const url = `http://127.0.0.1:${port}`
const env = {
  ...process.env,
  PORT: port,
  HOST: process.env.HOST ?? '127.0.0.1',
  CHECK_IN_SECONDS: '60',
  // Slips of four weeks are made: most of them are soon in the archive, some of the usual period as well.
  ESLIP_ARCHIVE_DAYS: process.env.ESLIP_ARCHIVE_DAYS ?? '5',
  // The receiver of its webhook is on this machine.
  WEBHOOK_ALLOW_PRIVATE: process.env.WEBHOOK_ALLOW_PRIVATE ?? 'true',
  // Whoever looks at invented data signs in by the password printed below.
  SECOND_FACTOR_ROLES: process.env.SECOND_FACTOR_ROLES ?? 'none',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
}
const storage = path.resolve(env.STORAGE_DIR ?? 'storage')
const children = []
let isStopping = false

const run = (script, args) =>
  execFileSync(process.execPath, [path.join(ROOT, 'scripts', script), ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

function start(script, args, stdio) {
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts', script), ...args], {
    env,
    stdio,
    detached: true,
  })
  children.push(child)
  child.once('exit', (code) => isStopping || stop(code ?? 1))
  return child
}

/** The fleet first, the server last: it writes out what it has. */
async function stop(code) {
  if (isStopping) return
  isStopping = true
  for (const child of children.reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0))

async function untilReady(server) {
  while (server.exitCode === null) {
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await wait(200)
  }
}

run('build.mjs', ['--if-stale'])
// Before the server, so that it has somebody who can sign in and asks nobody to set it up.
const seeded = JSON.parse(run('tool.mjs', ['seed', '--apps']))
const server = start('start.mjs', [], ['ignore', 'inherit', 'inherit'])
await untilReady(server)
if (!isStopping) {
  mkdirSync(path.join(storage, 'demo'), { recursive: true, mode: 0o700 })
  const state = path.join(storage, 'demo')
  start(
    'tool.mjs',
    ['showcase', '--server', url, '--api-key', seeded.showcaseKey, '--state', state],
    ['ignore', 'ignore', 'inherit'],
  )
  const code = seeded.enrollmentCode === null ? [] : ['--code', seeded.enrollmentCode]
  start(
    'tool.mjs',
    [
      'simulator',
      ...['--server', url, '--terminals', '60', '--state', path.join(state, 'fleet.json')],
      ...[
        '--speed',
        '4',
        '--slips',
        '0.2',
        '--fail-rate',
        '0.1',
        '--lie-rate',
        '0.03',
        '--silent-rate',
        '0.05',
      ],
      ...['--key-system', seeded.keySystemKey, '--key-rate', '2'],
      ...code,
    ],
    'ignore',
  )
  console.log(`
psManager is running with invented data and a simulated fleet of 60 terminals.

  Web app      ${url}
  Sign in as   ${seeded.username} / ${seeded.password}
  REST         curl -H 'Authorization: Bearer ${seeded.apiKey}' '${url}/api/v1/terminals?limit=3'
  OpenAPI      ${url}/api/openapi.json and ${url}/api/terminal.openapi.json
  Metrics      ${url}/metrics

Ctrl-C stops all of it; the data stays in ${storage}.
`)
}
