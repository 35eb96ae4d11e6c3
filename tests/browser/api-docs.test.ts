import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser, openWindow } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const missing = missingForBrowser()

describe.skipIf(missing !== undefined)('the API documentation', () => {
  let app: WebApp

  beforeAll(async () => {
    app = await startWebApp()
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  it('is read by whoever has not signed in, and asks no other host for anything', async () => {
    const { page, context, complaints } = await openWindow(app.browser, { locale: 'en-GB' })
    const hosts = new Set<string>()
    page.on('request', (request) => hosts.add(new URL(request.url()).origin))
    await page.goto(`${app.url}/api/docs`)
    await page.getByRole('heading', { name: 'API documentation' }).waitFor()
    await page.getByText('/terminals/{terminalId}', { exact: true }).first().click()
    await page
      .getByText(/^curl .*\/api\/v1\/terminals\//)
      .first()
      .waitFor()
    await expectAccessible(page)
    await page.getByText('Terminal protocol').click()
    await page.getByText('/terminal/v1/check-in').waitFor()
    expect([...hosts]).toEqual([app.url])
    expect(complaints).toEqual([])
    await context.close()
  })

  it('opens the operation of its address, on a telephone, in the dark, within a Russian frame', async () => {
    const { page, context, complaints } = await openWindow(app.browser, {
      ...{ locale: 'ru-RU', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
    })
    await page.goto(`${app.url}/api/docs#rollouts.start`)
    await page.getByText('Из командной строки').waitFor()
    const card = page.locator('details[id="rollouts.start"]')
    expect(await card.evaluate((box: HTMLDetailsElement) => box.open)).toBe(true)
    await expect.poll(async () => (await card.boundingBox())?.y ?? 9999).toBeLessThan(400)
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(tooWide).toBeLessThanOrEqual(0)
    await expectAccessible(page)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('is searched, and says so where nothing fits', async () => {
    const { page, context } = await app.openAt('/api/docs')
    const search = page.getByRole('searchbox')
    await search.fill('patch terminals')
    await expect.poll(() => page.locator('details summary h3').count()).toBe(1)
    await search.fill('no such thing')
    await page.getByText('Nothing found').waitFor()
    await context.close()
  })
})
