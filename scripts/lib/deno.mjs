import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { OUTPUT, ROOT } from './sources.mjs'

/** The name of this machine in the log, whose the secrets are, a thread that gives way, the room on the disk. */
const SYS = ['hostname', 'uid', 'setPriority', 'statfs']

/** Besides settings a server needs these: to find programs and time zones, and authorities that sign inside the bank. */
const OTHER_VARIABLES = [
  'PATH',
  'HOME',
  'TZ',
  'TMPDIR',
  'LANG',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'DENO_CERT',
  'DENO_TLS_CA_STORE',
]

/**
 * The permissions of Deno that the built server works with, by its settings.
 *
 * With a PostgreSQL of your own they name what it may reach: its ports, the database, the store, the mail server, the
 * receivers of webhooks; its program, the storage folder and the files that settings name. It starts no programs and
 * loads no libraries. The embedded database cannot be had so: whoever may start a shell may do everything, and /proc,
 * by which the server finds its database again, Deno opens to `--allow-all` alone.
 * @param env settings in force, `.env` included
 * @param options `cwd` where the server starts; `hosts` it may reach besides, `HOST[:PORT]`, or `any` for all
 * @returns {string[]} arguments for `deno run`
 */
export function denoFlags(env, { cwd, hosts = [] }) {
  const value = (name) => settingOf(env, name)
  if (value('DATABASE_URL') === undefined) return ['--no-prompt', '--allow-all']
  const storage = path.resolve(cwd, value('STORAGE_DIR') ?? './storage')
  const named = Object.keys(env).filter(
    (name) => /_FILE$/.test(name) && settingNames().has(name) && env[name],
  )
  // Messages name psm as it is called here, by this file where there is one.
  const own = [OUTPUT, path.join(ROOT, 'scripts/tool.mjs')]
  const read = [...own, storage, path.join(cwd, '.env'), ...named.map((name) => path.resolve(cwd, env[name]))]
  return [
    '--no-prompt',
    hosts.includes('any') ? '--allow-net' : `--allow-net=${[...addressesOf(value), ...hosts].join(',')}`,
    `--allow-read=${listOf(read)}`,
    `--allow-write=${listOf([storage])}`,
    '--allow-env',
    // The S3 library tells the store which system calls it.
    `--allow-sys=${[...SYS, ...(value('S3_BUCKET') === undefined ? [] : ['osRelease'])].join(',')}`,
  ]
}

/** The variables of an environment that a server may see: its settings, and a few of the system. */
export function serverEnvironment(env) {
  const known = settingNames()
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => known.has(name) || OTHER_VARIABLES.includes(name)),
  )
}

/** Names of settings, with those that name a secret's file. */
function settingNames() {
  const text = readFileSync(path.join(ROOT, '.env.example'), 'utf8')
  return new Set([...text.matchAll(/^#([A-Z0-9_]+)=/gm)].flatMap(([, name]) => [name, `${name}_FILE`]))
}

function settingOf(env, name) {
  if (env[name]) return env[name]
  const file = env[`${name}_FILE`]
  return file && existsSync(file) ? readFileSync(file, 'utf8').trim() || undefined : undefined
}

function listOf(files) {
  const bad = files.find((file) => file.includes(','))
  if (bad !== undefined) throw new Error(`${bad}: Deno parts folders by commas, use one without.`)
  return [...new Set(files)].join(',')
}

/** What is listened on and what is called, HOST:PORT each. */
function addressesOf(value) {
  const host = value('HOST') ?? '127.0.0.1'
  const found = [`${bracketed(host)}:${value('PORT') ?? 3000}`]
  if (value('TERMINAL_PORT') !== undefined)
    found.push(`${bracketed(value('TERMINAL_HOST') ?? host)}:${value('TERMINAL_PORT')}`)
  for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL', 'DATABASE_DIRECT_URL'])
    if (value(name) !== undefined) found.push(addressOf(value(name), 5432))
  if (value('S3_ENDPOINT') !== undefined) found.push(addressOf(value('S3_ENDPOINT')))
  else if (value('S3_BUCKET') !== undefined) {
    const region = `s3.${value('S3_REGION') ?? 'us-east-1'}.amazonaws.com:443`
    found.push(region, `${value('S3_BUCKET')}.${region}`)
  }
  if (value('SMTP_URL') !== undefined) {
    const address = addressOf(value('SMTP_URL'), /^smtps:/.test(value('SMTP_URL')) ? 465 : 587)
    // Its name is looked up first, which Deno allows without a port alone.
    found.push(new URL(value('SMTP_URL')).hostname, address)
  }
  return [...new Set(found)]
}

function addressOf(written, preset) {
  const url = new URL(written)
  const port = url.port || (preset ?? (url.protocol === 'https:' ? 443 : 80))
  return `${url.hostname}:${port}`
}

const bracketed = (host) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
