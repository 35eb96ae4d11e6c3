import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext, BrowserContextOptions, Browser as Chromium } from 'playwright-core'
import { inject } from 'vitest'
import { readSettings } from '../../src/config'
import { createLogger } from '../../src/core/log'
import { openPools } from '../../src/db/client'
import { prepareDatabase } from '../../src/server/backing'
import { Browser } from './browser'
import { type BuiltServer, ensureBuilt, startBuiltServer } from './built-server'
import { launchBrowser, openWindow, type Visit } from './chromium'
import { connectAs } from './global-setup'

interface Account {
  username: string
  password: string
}

/** The account is the demo's operator, an administrator. */
export interface WebApp extends BuiltServer, Account {
  /** Speaks to the server as that operator, past the pages. */
  admin: Browser
  /** The program the windows are of. */
  browser: Chromium
  /** Gives a window the operator's session. */
  lend(context: BrowserContext): Promise<void>
  /** A new window of the operator, who has signed in already, at a page that is there. */
  openAt(path: string, options?: BrowserContextOptions): Promise<Visit>
  /** Has a day go by since whoever is signed in proved who they are. */
  age(): Promise<void>
  /** A new window of somebody else, who has signed in already and is at no page yet. */
  openAs(person: Account, options?: BrowserContextOptions): Promise<Visit>
}

/** The built server with the demo's data and its operator signed in, and a browser. */
export async function startWebApp(env: Record<string, string> = {}): Promise<WebApp> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-web-'))
  const STORAGE_DIR = path.join(folder, 'storage')
  const operator = await copyDemo(STORAGE_DIR)
  const server = await startBuiltServer({ STORAGE_DIR, SIGN_IN_REQUESTS_PER_MINUTE: '600', ...env })
  const signedIn = async ({ username, password }: Account) => {
    const one = new Browser(server.url)
    const answer = await one.signIn(username, password)
    if (answer.status !== 200) throw new Error(`${username} was refused: ${JSON.stringify(answer.body)}`)
    return one
  }
  const give = (one: Browser, context: BrowserContext) =>
    context.addCookies([...one.cookies].map(([name, value]) => ({ name, value, url: server.url })))
  const openOf = async (one: Browser, options: BrowserContextOptions = {}) => {
    const visit = await openWindow(browser, { locale: 'en-GB', ...options })
    await give(one, visit.context)
    return visit
  }
  const admin = await signedIn(operator)
  const browser = await launchBrowser()
  return Object.assign(server, {
    ...operator,
    admin,
    browser,
    lend: (context: BrowserContext) => give(admin, context),
    async openAt(at: string, options?: BrowserContextOptions) {
      const visit = await openOf(admin, options)
      await visit.page.goto(server.url + at)
      await visit.page.waitForSelector('h1')
      return visit
    },
    openAs: async (person: Account, options?: BrowserContextOptions) =>
      openOf(await signedIn(person), options),
    async age() {
      const log = createLogger({ level: 'silent' })
      const { app } = await prepareDatabase(readSettings({ STORAGE_DIR }), 'cli', log)
      const pools = openPools(app, 'psm-test')
      await pools.sql`update operator_sessions set proved_at = proved_at - interval '1 day'`
      await pools.end()
    },
    async stop() {
      await browser.close()
      server.process.kill('SIGTERM')
      const exit = await server.exited
      rmSync(folder, { recursive: true, force: true })
      return exit
    },
  })
}

/** A storage folder with the demo's data, which are made once in a run. Gives the demo's operator. */
async function copyDemo(to: string): Promise<Account> {
  await ensureBuilt()
  const demo = path.join(inject('runFolder'), 'demo')
  const { superuser } = inject('testServer')
  const sql = connectAs(superuser, 'postgres')
  try {
    // Held by this connection: the other files wait for the first, and for nobody once it is dead.
    await sql`select pg_advisory_lock(hashtext('the demo of the browser tests'))`
    if (!existsSync(demo)) await makeDemo(demo)
  } finally {
    await sql.end()
  }
  cpSync(path.join(demo, 'storage'), to, { recursive: true })
  return JSON.parse(readFileSync(path.join(demo, 'operator.json'), 'utf8'))
}

/** Put into place whole: what a seed that failed has left is no demo. */
async function makeDemo(demo: string): Promise<void> {
  const making = mkdtempSync(`${demo}-`)
  const { stdout } = await promisify(execFile)(process.execPath, [path.resolve('scripts/tool.mjs'), 'seed'], {
    env: { ...process.env, STORAGE_DIR: path.join(making, 'storage') },
  })
  const { username, password } = JSON.parse(stdout) as Account
  writeFileSync(path.join(making, 'operator.json'), JSON.stringify({ username, password }))
  renameSync(making, demo)
}
