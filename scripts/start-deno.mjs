import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { denoFlags, serverEnvironment } from './lib/deno.mjs'
import { buildRecord, OUTPUT } from './lib/sources.mjs'

const HELP = `Serves what was built under Deno, with no more permissions than the settings call for.

  npm run start:deno -- [--hosts HOST[:PORT],…|any] [--print]

  --hosts  what the server may reach besides database, store and mail server: receivers of webhooks
  --print  prints the command and starts nothing

DENO names the program where it is not in PATH.`

/** `npm run start:deno`, or `deno run -A scripts/start-deno.mjs`: docs/deno.md. */
const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(HELP)
  process.exit(0)
}
if (buildRecord() === undefined) fail('Nothing is built yet: run `npm run build` first.')
const given = { ...process.env }
if (existsSync('.env')) process.loadEnvFile('.env')
const flags = flagsOf({ cwd: process.cwd(), hosts: hostsOf(args) })
const program = process.env.DENO || (process.versions.deno === undefined ? 'deno' : process.execPath)
const command = ['run', ...flags, path.join(OUTPUT, 'server/index.mjs')]
if (args.includes('--print')) console.log([program, ...command].map(quoted).join(' '))
else start()

function flagsOf(options) {
  try {
    return denoFlags(process.env, options)
  } catch (error) {
    return fail(error.message)
  }
}

function start() {
  // Made by the server it would have to be put on the disk in the folder above, which it may not open.
  mkdirSync(process.env.STORAGE_DIR || './storage', { recursive: true, mode: 0o700 })
  if (flags.includes('--allow-all'))
    console.error(
      'The embedded database needs all permissions: set DATABASE_URL to run with few (docs/deno.md).',
    )
  const child = spawn(program, command, {
    env: { ...serverEnvironment(given), NODE_ENV: 'production' },
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) =>
    fail(`${program} cannot be started (${error.message}): install Deno, or name its program in DENO.`),
  )
  child.once('close', (code) => process.exit(code ?? 1))
}

function hostsOf(words) {
  const at = words.indexOf('--hosts')
  if (at === -1) return []
  const list = words[at + 1]?.split(',').filter((one) => one !== '') ?? []
  if (
    list.length === 0 ||
    list.some((one) => !/^(any|\*?[\w.-]+(:\d+)?|\[[\da-f:]+\](:\d+)?|[\d.]+\/\d+)$/i.test(one))
  )
    fail('--hosts takes HOST[:PORT], several parted by commas, or any.')
  return list
}

function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function fail(message) {
  console.error(message)
  process.exit(2)
}
