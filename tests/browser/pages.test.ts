import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeApk, newSigner, png } from '../support/apks'
import { connect, makeSet } from '../support/app-fleet'
import { takeInApk } from '../support/app-uploads'
import { expectAccessible, missingForBrowser, openWindow, type Visit } from '../support/chromium'
import { handOverEcrLog } from '../support/ecr-logs'
import { demoBundle, openKeyPlay } from '../support/key-terminals'
import { handOverSlip } from '../support/slips'
import { startWebApp, type WebApp } from '../support/web-app'

const missing = missingForBrowser()
if (missing !== undefined) process.stderr.write(`${missing}\n`)

/** Every page below src/routes; `:name` stands for an id that is asked of the server. */
const PAGES = readdirSync(path.resolve('src/routes'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx') && !file.includes('[...') && file !== 'index.tsx')
  .map((file) =>
    `/${file.replace(/(\/index)?\.tsx$/, '')}`.replaceAll(path.sep, '/').replaceAll(/\[(\w+)\]/g, ':$1'),
  )
const OPEN = ['/sign-in', '/setup']

const VIEWS: [name: string, options: BrowserContextOptions][] = [
  ['wide, light, in English', { colorScheme: 'light', locale: 'en-GB' }],
  [
    'narrow, dark, in Russian',
    { colorScheme: 'dark', locale: 'ru-RU', viewport: { width: 390, height: 844 } },
  ],
]

/** The page is there and waits for nothing more. Streams never end, so the network is no measure. */
async function shown(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
}

describe.skipIf(missing !== undefined)('every page', () => {
  let app: WebApp
  let ids: Record<string, string>

  beforeAll(async () => {
    app = await startWebApp()
    const first = async (procedure: string) => {
      const { items } = (await app.admin.ask(procedure)) as { items: Record<string, string>[] }
      return items[0] ?? {}
    }
    const webhook = (await app.admin.tell('webhooks.create', {
      name: 'Books',
      url: 'https://books.example/hooks',
      eventTypes: ['eslip.created'],
    })) as { id: string }
    const { id: packageId = '', platform } = await first('packages.list')
    const rule = (await app.admin.tell('updateRules.create', {
      ...{ name: 'Night', platform, steps: [{ packageId }] },
      conditions: { window: { days: ['sat', 'sun'], from: '22:00', to: '04:00' } },
    })) as { id: string }
    const found = (await app.admin.ask('terminals.list', { platform, limit: 5 })) as {
      items: { id: string }[]
    }
    const choice = { by: 'terminals', terminalIds: found.items.map(({ id }) => id) }
    const assignment = { ruleId: rule.id, what: 'assign', choice }
    const { fingerprint } = (await app.admin.ask('profile.previewAssignment', assignment)) as {
      fingerprint: string
    }
    await app.admin.tell('profile.applyAssignment', { ...assignment, fingerprint })
    const { serial = '' } = await first('terminals.list')
    const keys = await openKeyPlay(app)
    await keys.deposit(serial, 1, { file: demoBundle(serial, 1), batch: 'night' })
    keys.close()
    const started = (await app.admin.tell('rollouts.start', {
      ...{ ruleId: rule.id, name: 'By night', waves: [{ count: 1 }, { percent: 10 }, {}] },
    })) as { rolloutId: string }
    const sample = { isDebuggable: true, icon: [{ path: 'res/icon.png', density: 320, bytes: png(96) }] }
    const permissions = ['android.permission.INTERNET', 'android.permission.CAMERA']
    const maker = newSigner('the maker')
    await takeInApk(app, makeApk(sample, maker))
    const version = await takeInApk(app, makeApk({ ...sample, permissions, versionCode: 42 }, maker))
    const set = await makeSet(
      app,
      'Shops',
      [
        { package: 'com.example.loyalty', want: 'version', versionCode: 41 },
        { package: 'com.example.game', want: 'absent' },
      ],
      { goesInWaves: true, notes: 'Of the matrix' },
    )
    const androids = (await app.admin.ask('terminals.list', { platform: 'feitian-f20', limit: 5 })) as {
      items: { id: string }[]
    }
    await connect(app, set.id, androids.items)
    await app.admin.tell('appSets.update', {
      ...{ setId: set.id, edition: set.edition },
      lines: [{ package: 'com.example.loyalty', want: 'newest' }],
    })
    ids = {
      setId: set.id,
      appId: version.appId,
      versionId: version.id,
      licenseId: (await first('licenses.list')).id ?? '',
      packageId,
      ruleId: rule.id,
      rolloutId: started.rolloutId,
      slipId: await handOverSlip(app),
      logId: await handOverEcrLog(app),
      terminalId: (await first('terminals.list')).id ?? '',
      name: (await first('jobs.list')).name ?? '',
      webhookId: webhook.id,
      alertId: (await first('alerts.list')).id ?? '',
    }
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  describe.each(VIEWS)('%s', (_name, options) => {
    // One window goes from page to page, as an operator's does: what each browser has to begin with is paid for once.
    let visit: Visit | undefined

    /** A window that somebody failed in is left: its complaints are not those of the next page. */
    async function leave() {
      await visit?.context.close()
      visit = undefined
    }
    afterEach(({ task }) => (task.result?.state === 'fail' ? leave() : undefined))
    afterAll(leave)

    it.each(PAGES)(
      '%s is accessible, fits the window and gives the browser nothing to complain about',
      async (page) => {
        visit ??= await openWindow(app.browser, options)
        if (OPEN.includes(page)) await visit.context.clearCookies()
        else await app.lend(visit.context)
        await visit.page.goto(app.url + page.replaceAll(/:(\w+)/g, (_, name) => ids[name] ?? name), {
          waitUntil: 'load',
        })
        await shown(visit.page)
        await expectAccessible(visit.page)
        const tooWide = await visit.page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        )
        expect(tooWide, 'pixels beyond the window').toBeLessThanOrEqual(0)
        expect(visit.complaints.splice(0)).toEqual([])
      },
      60_000,
    )
  })

  it('that does not exist says so, in its heading and in the title of the window', async () => {
    const visit = await openWindow(app.browser)
    await app.lend(visit.context)
    const answer = await visit.page.goto(`${app.url}/license/no-such-view`)
    expect(answer?.status()).toBe(404)
    await visit.page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor()
    expect(await visit.page.title()).toContain('There is no such page')
    await expectAccessible(visit.page)
    await visit.page.getByRole('link', { name: 'Go to the start' }).click()
    await visit.page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
    // The missing page itself is the browser's only complaint.
    expect(visit.complaints.filter((one) => !one.includes('404'))).toEqual([])
    await visit.context.close()
  }, 60_000)

  it('shows nothing of itself to whoever lacks the right, and says that', async () => {
    const account = { username: 'onlooker', password: 'a password of its own' }
    await app.admin.tell('operators.create', { ...account, role: 'viewer' })
    const visit = await app.openAs(account)
    await visit.page.goto(`${app.url}/administration/operators`)
    await visit.page.getByRole('heading', { level: 1, name: 'You may not see this' }).waitFor()
    expect(await visit.page.title()).toBe('You may not see this – psManager')
    expect(await visit.page.getByRole('table').count()).toBe(0)
    await expectAccessible(visit.page)
    expect(visit.complaints).toEqual([])
    await visit.context.close()
  }, 60_000)

  it('asks strangers for less than 130 kB of scripts', async () => {
    const visit = await openWindow(app.browser)
    let scriptBytes = 0
    const counted: Promise<void>[] = []
    visit.page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script') return
      counted.push(
        request.sizes().then(({ responseBodySize }) => {
          scriptBytes += responseBodySize
        }),
      )
    })
    await visit.page.goto(`${app.url}/sign-in`)
    await shown(visit.page)
    await Promise.all(counted)
    expect(scriptBytes).toBeGreaterThan(10_000)
    expect(scriptBytes).toBeLessThan(130_000)
    await visit.context.close()
  }, 60_000)
})
