import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser, openWindow, type Visit } from '../support/chromium'
import { addressOf, OPEN_PAGES, PAGES, putOneOfEveryPage } from '../support/pages'
import { startWebApp, type WebApp } from '../support/web-app'

const missing = missingForBrowser()
if (missing !== undefined) process.stderr.write(`${missing}\n`)

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
    ids = await putOneOfEveryPage(app)
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
        if (OPEN_PAGES.includes(page)) await visit.context.clearCookies()
        else await app.lend(visit.context)
        await visit.page.goto(app.url + addressOf(page, ids), {
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

  it.each([
    ['strangers', '/sign-in', {}, 65],
    ['an operator at a telephone', '/monitoring/status', { viewport: { width: 390, height: 844 } }, 175],
  ] as const)(
    'asks %s, who opens %s, for a short answer and few scripts',
    async (_who, address, options, mostKb) => {
      const visit = await openWindow(app.browser, options)
      if (address !== '/sign-in') await app.lend(visit.context)
      const weights = new Map<string, Promise<number>>()
      visit.page.on('requestfinished', (request) => {
        if (request.resourceType() === 'script')
          weights.set(
            request.url(),
            request.sizes().then(({ responseBodySize }) => responseBodySize),
          )
      })
      const answer = await visit.page.goto(app.url + address)
      await shown(visit.page)
      const kB = (await Promise.all(weights.values())).reduce((sum, one) => sum + one, 0) / 1000
      expect(kB).toBeGreaterThan(10)
      // What each page loads, and why so little of it: tests/built/page-weight.test.ts.
      expect(kB).toBeLessThan(mostKb)
      expect((await answer?.body())?.length ?? 0).toBeLessThan(50_000)
      await visit.context.close()
    },
    60_000,
  )
})
