import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 60_000
const fileOf = (name: string, text: string) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(text),
})

/** Answers come while somebody types: by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)(
  'who is asked for what a licence file does not tell',
  () => {
    let app: WebApp

    beforeAll(async () => {
      app = await startWebApp()
    }, 300_000)

    afterAll(async () => {
      await app?.stop()
    })

    const openUpload = () => app.openAt('/license/licences/upload')

    it(
      'types on while the licence that is to be replaced is read anew behind it',
      async () => {
        const { page, complaints, context } = await openUpload()
        const choose = page.locator('input[type=file]').first()
        await choose.setInputFiles(fileOf('other_TYPE0001_LIC-T1.lic', 'the first'))
        await page.getByRole('button', { name: 'Import', exact: true }).click()
        // By links: the licence is known already when the page opens.
        await page.getByRole('link', { name: 'Open the licence' }).click()
        await page.getByRole('link', { name: 'Replace', exact: true }).click()
        await choose.setInputFiles(fileOf('new.lic', 'the second'))
        const held = await holdBack(page, /licenses\.get/)
        await page.getByRole('button', { name: 'Upload and compare' }).click()
        const field = page.getByLabel('Lic ID')
        await field.click()
        await page.keyboard.type('LIC-')
        await held.asked
        const answered = page.waitForResponse(/licenses\.get/)
        held.letGo()
        await (await answered).finished()
        // The answer is in the page once the next task has run.
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)))
        await page.keyboard.type('T2')
        expect(await field.inputValue()).toBe('LIC-T2')
        await page.keyboard.press('Enter')
        await page.getByRole('row').filter({ hasText: 'LIC-T1' }).getByText('LIC-T2').waitFor()
        expect(complaints).toEqual([])
        await context.close()
      },
      LIMIT_MS,
    )

    it(
      'keeps what is typed while all files are told their platform, and when the answer is refused',
      async () => {
        const { page, context } = await openUpload()
        await page
          .locator('input[type=file]')
          .first()
          .setInputFiles(['one.bin', 'two.bin'].map((name) => fileOf(name, `of ${name}`)))
        await page.getByRole('button', { name: 'Import', exact: true }).click()
        const row = page.getByRole('listitem').filter({ hasText: 'one.bin' })
        const serial = row.getByLabel('S/N')
        await serial.fill('TYPE0002')
        await page.getByLabel(/Platform .*2 files/).selectOption('other')
        await page.getByRole('button', { name: 'Apply' }).click()
        await row.getByText('Platform, entered by hand').waitFor()
        expect(await serial.inputValue()).toBe('TYPE0002')
        expect(await row.getByRole('combobox').count()).toBe(0)

        await row.getByRole('button', { name: 'Import' }).click()
        await row.getByText('Fill in this field').waitFor()
        await row.getByLabel('Lic ID').fill('LIC-T3')
        const data = { failure: 'forbidden', code: 'FORBIDDEN', httpStatus: 403 }
        await page.route(/licenses\.importUpload/, (route) =>
          route.fulfill({ status: 403, json: { error: { message: 'no', code: -32003, data } } }),
        )
        await row.getByRole('button', { name: 'Import' }).click()
        await row.getByText('Your role does not allow this').waitFor()
        expect(await serial.inputValue()).toBe('TYPE0002')
        expect(await row.getByLabel('Lic ID').inputValue()).toBe('LIC-T3')

        await page.unroute(/licenses\.importUpload/)
        await row.getByRole('button', { name: 'Import' }).click()
        await page.getByText('1 imported, 1 with facts missing').waitFor()
        await context.close()
      },
      LIMIT_MS,
    )
  },
)

/** The answers to such questions wait until they are let go. */
async function holdBack(page: Page, url: RegExp): Promise<{ asked: Promise<unknown>; letGo(): void }> {
  let letGo = () => {}
  const wait = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route(url, async (route) => {
    await wait
    await route.continue()
  })
  return { asked: page.waitForRequest(url), letGo: () => letGo() }
}
