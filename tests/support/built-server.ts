import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { BUILT } from './global-setup'

const ROOT = path.resolve(import.meta.dirname, '../..')
const ENTRY = path.join(ROOT, '.output/server/index.mjs')
const DENO_SCRIPT = pathToFileURL(path.join(ROOT, 'scripts/lib/deno.mjs')).href
/** Tests sign in by password; those about second factors say otherwise. */
const PASSWORDS_DO = { SECOND_FACTOR_ROLES: 'none' }
const START_LIMIT_MS = 45_000

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface BuiltServer extends StartedServer {
  readonly url: string
  readonly port: number
}

interface StartedServer {
  readonly process: ChildProcess
  /** Resolves once the process is gone. */
  readonly exited: Promise<Exit>
  stdout(): string
  stderr(): string
  /** SIGTERM, and wait. */
  stop(): Promise<Exit>
}

/** Builds `.output` unless it is made of the present sources. Test files in parallel wait for one another. Once in a run. */
export async function ensureBuilt(): Promise<void> {
  const built = path.join(inject('runFolder'), BUILT)
  if (existsSync(built)) return
  await promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/build.mjs'), '--if-stale'])
  writeFileSync(built, '')
}

/**
 * Starts the built server in a folder of its own on a free port and waits until it listens. The caller stops it.
 * @param env settings besides HOST and STORAGE_DIR.
 */
export async function startBuiltServer(env: Record<string, string> = {}): Promise<BuiltServer> {
  await ensureBuilt()
  const server = await spawnServer({ PORT: '0', ...env })
  const url = await listening(server)
  return Object.assign(server, { url, port: Number(new URL(url).port) })
}

/** Makes the first administrator by the link the server has printed; gives the cookie of the session. */
export async function setUpFirst(server: Pick<BuiltServer, 'url' | 'stderr'>): Promise<string> {
  // Printed a moment after the server has begun to listen.
  let token: string | undefined
  while (token === undefined) {
    token = /pss_[\w-]{43}/.exec(server.stderr())?.[0]
    if (token === undefined) await sleep(20)
  }
  const answer = await fetch(`${server.url}/api/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, username: 'first', password: 'twelve characters' }),
  })
  const [cookie = ''] = answer.headers.getSetCookie()
  if (answer.status !== 201) throw new Error(`The set-up was refused: ${await answer.text()}`)
  return cookie.split(';', 1)[0] ?? ''
}

/** Starts the built server with settings it is expected to refuse; resolves when it has exited. */
export async function runRefusedServer(env: Record<string, string>): Promise<Exit & { stderr: string }> {
  await ensureBuilt()
  const server = await spawnServer(env)
  const exit = await server.exited
  return { ...exit, stderr: server.stderr() }
}

/** Under Node, or under the Deno whose program `PSM_TEST_DENO` names, with the permissions that `npm run start:deno` gives. */
async function spawnServer(given: Record<string, string>): Promise<StartedServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'psm built '))
  const { PSM_TEST_DENO: deno, PATH = '', HOME = folder } = process.env
  const env = {
    PATH,
    HOME,
    HOST: '127.0.0.1',
    STORAGE_DIR: path.join(folder, 'storage'),
    ...PASSWORDS_DO,
    ...given,
  }
  const args = deno === undefined ? [] : ['run', ...(await denoFlagsOf(env, folder))]
  const child = spawn(deno ?? process.execPath, [...args, ENTRY], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout = collected(child.stdout)
  const stderr = collected(child.stderr)
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      rmSync(folder, { recursive: true, force: true })
      resolve({ code, signal })
    })
  })
  const stop = () => {
    child.kill('SIGTERM')
    return exited
  }
  return { process: child, exited, stdout, stderr, stop }
}

/** What `npm run start:deno` would give a server of this environment, and does before it starts one. */
export async function denoFlagsOf(
  env: Record<string, string>,
  cwd: string,
  hosts: readonly string[] = [],
): Promise<string[]> {
  const { denoFlags } = (await import(DENO_SCRIPT)) as {
    denoFlags(env: Record<string, string>, options: { cwd: string; hosts: readonly string[] }): string[]
  }
  if (env.STORAGE_DIR !== undefined) mkdirSync(env.STORAGE_DIR, { recursive: true, mode: 0o700 })
  return denoFlags(env, { cwd, hosts })
}

function collected(stream: NodeJS.ReadableStream): () => string {
  let all = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    all += text
  })
  return () => all
}

/** The address from the log line that says what is listened on. */
function listening(server: StartedServer): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      server.process.kill('SIGKILL')
      reject(new Error(`${why}\n${server.stdout()}${server.stderr()}`))
    }
    const timer = setTimeout(() => fail('The built server does not listen.'), START_LIMIT_MS)
    void server.exited.then(() => fail('The built server has exited.'))
    server.process.stdout?.on('data', () => {
      const [, url] = /"serves":"all".*?"url":"([^"]+)"/.exec(server.stdout()) ?? []
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
  })
}
