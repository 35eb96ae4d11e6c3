import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TerminalClient } from '../../src/tools/simulator/client'
import { type BuiltServer, ensureBuilt, startBuiltServer } from '../support/built-server'
import { ROOT } from '../support/sources'

/** What an integrator does: installs the client that the build made, checks types, runs the examples. Also under Deno (PSM_TEST_DENO). */
const run = promisify(execFile)
const room = mkdtempSync(path.join(os.tmpdir(), 'psm examples '))
const folder = path.join(room, 'examples')
const env = { STORAGE_DIR: path.join(room, 'storage') }
let server: BuiltServer
let client: TerminalClient

beforeAll(async () => {
  await ensureBuilt()
  cpSync(path.join(ROOT, 'examples'), folder, { recursive: true })
  // Packed and installed as from a registry: nothing but what the package holds is there.
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', room], {
    cwd: path.join(ROOT, '.output/client'),
  })
  const flags = ['--offline', '--no-audit', '--no-fund', '--no-save']
  await run('npm', ['install', ...flags, path.join(room, stdout.trim())], { cwd: folder })
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  await tool('seed')
}, 120_000)
afterAll(async () => {
  client.close()
  await server.stop()
  rmSync(room, { recursive: true, force: true })
})

/** A tool of the build, beside the server. */
async function tool(name: string, ...args: string[]): Promise<string> {
  const program = path.join(ROOT, `.output/tools/${name}.mjs`)
  const { stdout } = await run(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    cwd: room,
  })
  return stdout
}

async function makeKey(...scopes: string[]): Promise<string> {
  const call = ['api-keys', 'create', '--name', 'example', '--scopes', scopes.join(), '--json']
  return (JSON.parse(await tool('psm', ...call)) as { key: string }).key
}

/** What an example prints; its words of failure where it fails. */
function play(key: string, name: string, ...args: string[]): Promise<string> {
  return playAt(server.url, key, name, ...args)
}

async function playAt(url: string, key: string, name: string, ...args: string[]): Promise<string> {
  const { PSM_TEST_DENO: deno, PATH = '', HOME = room } = process.env
  const [program, before] = deno === undefined ? [process.execPath, []] : [deno, ['run', '-A']]
  const { stdout } = await run(program, [...before, name, ...args], {
    cwd: folder,
    env: { PATH, HOME, PSM_URL: url, PSM_API_KEY: key },
  }).catch((error: { stderr: string }) => ({ stdout: `failed: ${error.stderr}` }))
  return stdout
}

async function call<Body>(key: string, method: string, address: string, json?: unknown): Promise<Body> {
  const answer = await client.send({ method, path: `/api/v1${address}`, token: key, json })
  if (answer.status >= 300) throw new Error(`${method} ${address}: ${answer.status} ${answer.body}`)
  return answer.json<Body>()
}

/** Types are the same whatever the server runs on. */
describe.skipIf(process.env.PSM_TEST_DENO !== undefined)('the client as a package', () => {
  it('depends on nothing and says every type itself, in the strictest project', async () => {
    const manifest = JSON.parse(
      readFileSync(path.join(ROOT, '.output/client/package.json'), 'utf8'),
    ) as object
    expect(manifest).not.toHaveProperty('dependencies')
    writeFileSync(path.join(folder, 'user.ts'), USER)
    await check('user.ts', 'es2022,dom,dom.iterable', ['--typeRoots', path.join(room, 'none')])
  }, 60_000)

  it('knows what the examples ask for', async () => {
    mkdirSync(path.join(folder, 'node_modules/@types'), { recursive: true })
    for (const one of ['@types/node', 'undici-types'])
      symlinkSync(path.join(ROOT, 'node_modules', one), path.join(folder, 'node_modules', one))
    const libraries = 'es2023,dom,dom.iterable,dom.asynciterable'
    const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
    await check(files.join(' '), libraries, ['--allowJs', '--checkJs', '--types', 'node'])
  }, 60_000)
})

/** Throws with what the compiler says. */
async function check(files: string, libraries: string, more: string[]): Promise<void> {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit']
  const asked = [
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    libraries,
    ...more,
    ...files.split(' '),
  ]
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, ...strict, ...asked], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toBe('')
}

interface Page<Item> {
  items: Item[]
}

describe('the examples', () => {
  it('say what they want when they are started without', async () => {
    for (const name of ['assign-update.js', 'deposit-keys.js', 'pull-receipts.js', 'import-licences.js'])
      expect(await play('', name)).toContain(`Usage: ${name}`)
  })

  it('say in one line that nothing answers, or that the key is not known', async () => {
    const nowhere = 'http://127.0.0.1:59999'
    const calls = [
      ['assign-update.js', '--rule', 'An update'],
      ['deposit-keys.js', 'X', '1', 'package.json'],
      ['pull-receipts.js', 'receipts'],
      ['import-licences.js', 'package.json'],
    ] as const
    for (const [name, ...args] of calls) {
      const unknown = await play('psk_unknown', name, ...args)
      expect(unknown).toMatch(
        /^failed: unauthenticated: The server does not know the key in PSM_API_KEY[^\n]*\n$/,
      )
      const away = await playAt(nowhere, 'psk_unknown', name, ...args)
      expect(away).toMatch(
        /^failed: The server at PSM_URL \(http:\/\/127\.0\.0\.1:59999\) cannot be reached: [^\n]+\n$/,
      )
    }
    expect(await play('', 'assign-update.js', '--nonsense')).toMatch(/^failed: Usage: [^\n]+\n$/)
  }, 60_000)

  it('list silent terminals and assign an update to them, after a dry run that assigns nothing', async () => {
    const key = await makeKey('status:read', 'updates:read', 'updates:write', 'packages:read')
    const packages = await call<Page<{ id: string; platform: string }>>(key, 'GET', '/packages')
    const [{ id: packageId, platform } = { id: '', platform: '' }] = packages.items
    const made = { name: 'An update', platform, steps: [{ packageId }] }
    const { id: ruleId } = await call<{ id: string }>(key, 'POST', '/update-rules', made)
    const silent = await call<Page<{ serial: string }>>(
      ...([key, 'GET', `/status?silentForHours=2&inService=true&limit=1000&platform=${platform}`] as const),
    )
    const count = silent.items.length
    expect(count).toBeGreaterThan(0)
    const assigned = async () =>
      new Set(
        (
          await call<Page<{ terminal: { serial: string } }>>(
            ...([key, 'GET', `/profile/assignments?ruleId=${ruleId}&limit=1000`] as const),
          )
        ).items.map(({ terminal }) => terminal.serial),
      )
    const args = ['assign-update.js', '--rule', 'An update', '--hours', '2'] as const
    const dry = await play(key, ...args, '--dry-run')
    for (const { serial } of silent.items) expect(dry).toContain(`${serial}  last seen 20`)
    expect(dry).toContain(`${count} silent terminals of ${platform}`)
    expect(await assigned()).toEqual(new Set())
    expect(await play(key, ...args)).toMatch(/[1-9]\d* assigned/)
    expect(await assigned()).toEqual(new Set(silent.items.map(({ serial }) => serial)))
    expect(await play(key, ...args)).toContain('0 to assign')
    const weak = await makeKey('updates:read')
    expect(await play(weak, ...args)).toContain('failed: forbidden: ')
  }, 60_000)

  it('deposit keys, fetch receipts once, and import licences', async () => {
    const reader = await makeKey('terminals:read')
    const terminals = await call<Page<{ serial: string; platform: string }>>(reader, 'GET', '/terminals')
    const [{ serial, platform } = { serial: '', platform: '' }] = terminals.items
    writeFileSync(path.join(folder, 'keys.bin'), 'opaque')
    const deposited = await play(
      await makeKey('keys:deposit'),
      'deposit-keys.js',
      serial,
      '900',
      'keys.bin',
      'b',
    )
    expect(JSON.parse(deposited)).toMatchObject({ serial, sequence: 900, batch: 'b' })

    const puller = await makeKey('eslips:read')
    const [slip] = (await call<Page<{ tid: string }>>(puller, 'GET', '/eslips')).items
    const pull = () => play(puller, 'pull-receipts.js', 'receipts', slip?.tid ?? '')
    const [, fetched] = /^(\d+) receipts/.exec(await pull()) ?? []
    const receipts = readdirSync(path.join(folder, 'receipts')).filter((name) => name.endsWith('.txt'))
    expect(Number(fetched)).toBeGreaterThan(0)
    expect(receipts).toHaveLength(Number(fetched))
    expect(await pull()).toBe('0 receipts\n')

    const licence = JSON.stringify({ serial, platform, licId: 'LIC-EXAMPLE' })
    writeFileSync(path.join(folder, 'licence.json'), licence)
    const imported = await play(await makeKey('licenses:write'), 'import-licences.js', 'licence.json')
    expect(imported).toContain('LIC-EXAMPLE')
  }, 120_000)
})

/** A program that says wrong things on purpose: a type that is looser than it should be fails the check. */
const USER = `import { createClient, createFiles, everyItem, failureCode, type Inputs, type Outputs } from 'psmanager/client'

const psm = createClient({ url: 'https://psm.example', apiKey: 'psk_' })
for await (const terminal of everyItem(psm.status.list.query, { connectivity: 'lost' })) {
  terminal.serial.toUpperCase()
  // @ts-expect-error A serial number is a text.
  terminal.serial.toFixed()
}
const page: Outputs['terminals']['list'] = await psm.terminals.list.query({ search: 'x' })
page.items[0]?.tids[0]?.tid.toUpperCase()
// @ts-expect-error There is no such platform.
await psm.terminals.register.mutate({ serial: 'x', platform: 'nokia' })
// @ts-expect-error A serial number is needed.
await psm.terminals.register.mutate({ platform: 'other' })
// @ts-expect-error There is no such call.
await psm.terminals.destroy.mutate({})
const watching = psm.status.watch.subscribe(
  { terminalIds: [] },
  { onData: (changed) => changed.map((one) => one.terminalId.length) },
)
watching.unsubscribe()
export const input: Inputs['terminals']['list'] = { limit: 1 }
export const code: string | undefined = failureCode(new Error())
export const id: string = await createFiles({ url: 'x' }).upload(new Blob([]), { fileName: 'x' })
`
