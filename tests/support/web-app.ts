import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext } from 'playwright-core'
import { Browser } from './browser'
import { type BuiltServer, startBuiltServer } from './built-server'

export interface WebApp extends BuiltServer {
  /** The demo's operator, an administrator. */
  username: string
  password: string
  /** Speaks to the server as that operator, past the pages. */
  admin: Browser
  /** Gives a window the operator's session. */
  lend(context: BrowserContext): Promise<void>
}

/** The built server with the demo's data, and its operator signed in. */
export async function startWebApp(env: Record<string, string> = {}): Promise<WebApp> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-web-'))
  const storage = { STORAGE_DIR: path.join(folder, 'storage') }
  const { username, password } = await seedDemo(storage)
  const server = await startBuiltServer({ ...storage, SIGN_IN_REQUESTS_PER_MINUTE: '600', ...env })
  const admin = new Browser(server.url)
  const answer = await admin.signIn(username, password)
  if (answer.status !== 200)
    throw new Error(`The demo's operator was refused: ${JSON.stringify(answer.body)}`)
  return Object.assign(server, {
    username,
    password,
    admin,
    lend: (context: BrowserContext) =>
      context.addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: server.url }))),
    async stop() {
      server.process.kill('SIGTERM')
      const exit = await server.exited
      rmSync(folder, { recursive: true, force: true })
      return exit
    },
  })
}

async function seedDemo(env: Record<string, string>): Promise<{ username: string; password: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.resolve('scripts/tool.mjs'), 'seed'], {
    env: { ...process.env, ...env },
  })
  return JSON.parse(stdout)
}
