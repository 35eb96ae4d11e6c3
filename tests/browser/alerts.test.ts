import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMailServer } from '../features/alerts/mail-server'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 180_000
const RUSSIAN = { locale: 'ru-RU', colorScheme: 'dark' as const, viewport: { width: 390, height: 844 } }

/** What an operations desk does with alerts, by a real browser on the built server, and what it finds in its mailbox. */
describe.skipIf(missingForBrowser() !== undefined)('alerts', () => {
  let app: WebApp
  let mails: Awaited<ReturnType<typeof openMailServer>>

  beforeAll(async () => {
    mails = await openMailServer()
    app = await startWebApp(mails.env({ PUBLIC_URL: 'http://tms.bank.example' }))
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
    await mails?.close()
  })

  it(
    'are told to an address that was tested and chosen in a rule, by one mail with a link',
    async () => {
      const { page, context, complaints } = await app.openAt('/administration/alert-rules')
      await page.getByText('No addresses yet').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Add an address' }).click()
      const address = page.getByRole('dialog', { name: 'New address' })
      await address.getByLabel('Address').fill('no address')
      await address.getByRole('button', { name: 'Add an address' }).click()
      await address.getByText('Enter an e-mail address').waitFor()
      await expectAccessible(page)
      await address.getByLabel('Address').fill('desk@bank.example')
      await address.getByRole('button', { name: 'Add an address' }).click()
      await page.getByText('desk@bank.example is saved').waitFor()

      await page.getByRole('button', { name: 'Test desk@bank.example' }).click()
      const tested = page.getByRole('dialog', { name: 'Test message' })
      await tested.getByText('250 Taken as 4711.').waitFor()
      await expectAccessible(page)
      await tested.getByRole('button', { name: 'Close' }).last().click()
      expect(mails.received.map(({ headers }) => headers.subject)).toEqual(['psManager: test message'])

      await page.getByRole('button', { name: 'Change “Licence expiring”' }).click()
      const rule = page.getByRole('dialog', { name: 'Licence expiring' })
      await rule.getByLabel('Threshold, days').fill('4000')
      await rule.getByRole('button', { name: 'Save' }).click()
      await rule.getByText('At most 365').waitFor()
      await rule.getByLabel('Threshold, days').fill('365')
      await rule.getByLabel('One by one, at most').fill('0')
      await rule.getByRole('checkbox', { name: 'desk@bank.example' }).check()
      await expectAccessible(page)
      await rule.getByRole('button', { name: 'Save' }).click()
      await page.getByText('The rule “Licence expiring” is saved').waitFor()
      await page.getByRole('row', { name: /Licence expiring.*365 days.*desk@bank\.example/ }).waitFor()
      expect(complaints).toEqual([])
      await context.close()

      await app.admin.tell('jobs.runNow', { name: 'watch-alerts' })
      await expect.poll(() => mails.received.length, { timeout: 90_000, interval: 500 }).toBe(2)
      // One by one or many in one: a run of the job under way while the rule was saved knows only the old rule.
      const text = mails.received[1]?.text
      expect(text).toMatch(/^\[Information\] Licence expiring: (\d+ terminals|\w+)$/m)
      expect(text).toMatch(/http:\/\/tms\.bank\.example\/monitoring\/alerts\/[0-9a-f-]{36}\n/)
    },
    LIMIT_MS,
  )

  it(
    'are counted at the bell, taken up with a note, and looked at one by one',
    async () => {
      const { page, context, complaints } = await app.openAt('/monitoring/status')
      await page.getByRole('link', { name: /^Alerts: \d+ that nobody looks after/ }).click()
      await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor()
      const many = page.getByRole('link', { name: /terminals.*about to expire|about to expire.*terminals/ })
      await many.first().waitFor()
      await expectAccessible(page)
      await page.getByRole('row').filter({ has: many }).getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Acknowledge' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Note').fill('the bank renews them')
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Acknowledge' }).click()
      await page.getByText('1 alert is acknowledged').waitFor()
      await many.first().click()
      await page.getByText('the bank renews them').first().waitFor()
      await page.getByRole('heading', { name: 'History' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'See them in the status list' }).click()
      await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'and their rules read well in Russian on a telephone',
    async () => {
      const { page, context, complaints } = await app.openAt('/administration/alert-rules', RUSSIAN)
      await page.getByText('desk@bank.example').first().waitFor()
      await expectAccessible(page)
      const isTooWide = () =>
        page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
      expect(await isTooWide()).toBe(false)
      await page.getByRole('button', { name: 'Изменить «Низкий заряд батареи»' }).click()
      const rule = page.getByRole('dialog', { name: 'Низкий заряд батареи' })
      await rule.getByLabel('Порог, %').fill('30')
      await rule.getByRole('button', { name: 'Сохранить' }).click()
      await rule.getByText('30').first().waitFor()
      await expectAccessible(page)
      await rule.getByLabel('Снова в порядке с').fill('40')
      await rule.getByRole('button', { name: 'Сохранить' }).click()
      await page.getByText('Правило «Низкий заряд батареи» сохранено').waitFor()
      await page.goto(`${app.url}/monitoring/alerts?state=any`)
      await page.getByRole('heading', { level: 1, name: 'Оповещения' }).waitFor()
      await expectAccessible(page)
      expect(await isTooWide()).toBe(false)
      // The refusal of the smaller value is what it is to complain about.
      expect(complaints.filter((one) => !one.includes('422'))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
