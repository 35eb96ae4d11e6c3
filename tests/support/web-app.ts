import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext } from 'playwright-core'
import { Browser } from './browser'
import { type BuiltServer, startBuiltServer } from './built-server'

export const ADMIN = { username: 'admin', password: 'correct horse battery' } as const

export interface WebApp extends BuiltServer {
  /** Speaks to the server as the administrator, past the pages. */
  admin: Browser
  /** Gives a window the administrator's session. */
  lend(context: BrowserContext): Promise<void>
}

/** The built server with its first administrator, made by the link that it prints. */
export async function startWebApp(env: Record<string, string> = {}): Promise<WebApp> {
  const server = await startBuiltServer(env)
  const token = await printedToken(server)
  const admin = new Browser(server.url)
  const made = await admin.post('/setup', { token, ...ADMIN })
  if (made.status !== 201)
    throw new Error(`The first administrator was refused: ${JSON.stringify(made.body)}`)
  return Object.assign(server, {
    admin,
    lend: (context: BrowserContext) =>
      context.addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: server.url }))),
  })
}

async function printedToken(server: BuiltServer): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const [, token] = /#token=(\S+)/.exec(server.stderr()) ?? []
    if (token !== undefined) return token
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The server printed no link for its first administrator.')
}

/** Runs the demo's seed beside a server, on its storage. */
export async function seedDemo(storage: string): Promise<void> {
  await promisify(execFile)(process.execPath, [path.resolve('scripts/tool.mjs'), 'seed'], {
    env: { ...process.env, STORAGE_DIR: storage },
  })
}
