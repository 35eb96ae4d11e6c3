import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import { openAppFleet } from '../support/app-fleet'
import { missingForBrowser, openWindow } from '../support/chromium'
import { play } from '../support/played-fleet'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 240_000
const SIZE = 20
const NAMES = ['Loyalty', 'Tickets', 'Coupons']
const packageOf = (name: string) => `com.story.${name.toLowerCase()}`

/** The whole way of applications, on the pages alone; terminals speak the published protocol. */
describe.skipIf(missingForBrowser() !== undefined)('applications of Android terminals', () => {
  let app: WebApp
  let folder: string

  beforeAll(async () => {
    app = await startWebApp()
    folder = mkdtempSync(path.join(os.tmpdir(), 'psm-story-'))
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it(
    'are uploaded, put into a set and brought to twenty terminals; one is taken out of the set, and goes from all of them',
    async () => {
      const maker = newSigner('the maker')
      const files = NAMES.map((name) => {
        const file = path.join(folder, `${name}.apk`)
        const labels = [{ value: name }]
        writeFileSync(file, makeApk({ packageName: packageOf(name), labels, versionCode: 10 }, maker))
        return file
      })
      const fleet = await openAppFleet(app, SIZE)
      const { terminals } = fleet
      const has = () =>
        terminals.map(({ terminal }) =>
          (terminal.persona.apps?.reported() ?? [])
            .map((one) => one.package)
            .filter((name) => name.startsWith('com.story.')),
        )
      const { page, context, complaints } = await openWindow(app.browser, { locale: 'en-GB' })
      await app.lend(context)

      await page.goto(`${app.url}/apps/applications/upload`)
      await page.getByRole('heading', { level: 1, name: 'Upload APKs' }).waitFor()
      await page.locator('input[type="file"]').setInputFiles(files)
      for (const name of NAMES)
        await page
          .getByRole('list', { name: 'Files' })
          .getByRole('link', { name: new RegExp(`^${name}`) })
          .waitFor()

      await page.goto(`${app.url}/apps/sets/new`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByRole('textbox', { name: /^Name/ }).fill('The story')
      for (const name of NAMES) {
        await page.getByLabel('Add an application').fill(name)
        await page.getByRole('option', { name }).first().click()
        await page.keyboard.press('Escape')
      }
      await page.getByRole('button', { name: 'Make the set' }).click()
      await page.getByRole('heading', { level: 1, name: 'The story' }).waitFor()
      const address = page.url()
      const setId = new URL(address).pathname.split('/').at(-1) ?? ''

      await page.goto(`${app.url}/profile/app-sets?set=${setId}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByLabel('For whom').selectOption('serials')
      await page.getByLabel('Serial numbers').fill(terminals.map(({ serial }) => serial).join('\n'))
      await page.getByText(`${SIZE} terminals get the set`).waitFor()
      await page.getByRole('button', { name: `Connect ${SIZE} terminals` }).click()
      await page.getByText(`${SIZE} terminals connected`).first().waitFor()

      await page.goto(address)
      await page.getByText(`0 of ${SIZE} as the set says`).waitFor()
      expect(await play(terminals, () => ({}), 'apps')).toHaveLength(SIZE)
      expect(has()).toEqual(Array(SIZE).fill(NAMES.map(packageOf).sort()))
      // The page sees it by itself.
      await page.getByText(`${SIZE} of ${SIZE} as the set says`).waitFor({ timeout: 60_000 })
      expect(await play(terminals, () => ({}), 'apps'), 'nothing is told a second time').toEqual([])

      await page.getByRole('link', { name: 'Change', exact: true }).click()
      await page.getByRole('button', { name: 'Remove Tickets' }).click()
      await page.getByRole('heading', { name: 'Removed' }).waitFor()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Revision 2').first().waitFor()
      await page.getByText(`0 of ${SIZE} as the set says`).waitFor()
      expect(await play(terminals, () => ({}), 'apps')).toHaveLength(SIZE)
      expect(has()).toEqual(Array(SIZE).fill(['Coupons', 'Loyalty'].map(packageOf)))
      await page.getByText(`${SIZE} of ${SIZE} as the set says`).waitFor({ timeout: 60_000 })
      expect(complaints).toEqual([])
      fleet.close()
      await context.close()
    },
    LIMIT_MS,
  )
})
