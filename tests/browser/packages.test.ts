import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { makeOta } from '../support/ota-files'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
const MIB = 1024 * 1024
const PARTS = '**/api/v1/uploads/*/parts/*'

/** What operators do with system packages, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('system packages', () => {
  let app: WebApp
  let folder: string

  beforeAll(async () => {
    app = await startWebApp()
    folder = mkdtempSync(path.join(os.tmpdir(), 'psm-packages-'))
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Leaving in the middle is asked about, and agreed to. */
  async function openUpload() {
    const visit = await app.openAt('/updates/packages/upload')
    visit.page.on('dialog', (dialog) => void dialog.accept())
    return visit
  }

  function file(name: string, bytes: Buffer | string): string {
    const where = path.join(folder, name)
    writeFileSync(where, bytes)
    return where
  }
  const choose = (page: Page, files: string | string[]) =>
    page.locator('input[type="file"]').setInputFiles(files)
  const rows = (page: Page) => page.getByRole('list', { name: 'Files' }).getByRole('listitem')

  it(
    'of 200 MB are uploaded over a connection that is cut at half, and go on after the page was loaded anew',
    async () => {
      const bytes = makeOta({ version: '2.9.0', payload: Buffer.alloc(200 * MIB, 'payload ') })
      const archive = file('WPOS-3-2.9.0.zip', bytes)
      const partCount = Math.ceil(bytes.length / (4 * MIB))
      const { page, context, complaints } = await openUpload()
      const arrived: number[] = []
      let isCut = false
      await page.route(PARTS, async (route) => {
        isCut ||= arrived.length >= partCount / 2
        if (isCut) return route.abort('connectionreset')
        await route.continue()
        const answer = await route.request().response()
        if (answer?.ok()) arrived.push(Number(route.request().url().split('/').at(-1)))
      })
      await page.getByLabel('Wiseasy WPOS-3').check()
      await choose(page, archive)
      await rows(page).getByText('Interrupted, goes on by itself').waitFor()
      await expect.poll(() => arrived.length).toBeGreaterThanOrEqual(partCount / 2)

      await page.reload()
      await page.getByText('Choose this file again to continue').waitFor()
      const other = file('other.zip', makeOta({ version: '2.9.1' }))
      await choose(page, other)
      await page.getByText('“other.zip” is not one of the files that are missing').waitFor()
      const before = new Set(arrived.splice(0))
      isCut = false
      await page.unroute(PARTS)
      page.on('requestfinished', (request) => {
        if (request.method() === 'PUT') arrived.push(Number(request.url().split('/').at(-1)))
      })
      await choose(page, archive)
      await rows(page).getByText('All on the server').waitFor({ timeout: LIMIT_MS })
      expect(arrived.filter((part) => before.has(part))).toEqual([])
      expect(before.size + arrived.length).toBe(partCount)

      await page.getByText('Nothing looks wrong').waitFor()
      expect(await page.getByLabel('Component').inputValue()).toBe('system')
      expect(await page.getByLabel('Version', { exact: false }).first().inputValue()).toBe('2.9.0')
      await page.getByRole('button', { name: 'Create the package' }).click()
      await page.getByRole('heading', { level: 1, name: 'system 2.9.0' }).waitFor({ timeout: LIMIT_MS })
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect(await page.locator('code[title]').getAttribute('title')).toBe(sha256)
      // The cut parts are the browser's only complaints.
      expect(complaints.filter((one) => !one.includes('ERR_CONNECTION_RESET'))).toEqual([])
      await context.close()
    },
    LIMIT_MS * 2,
  )

  it(
    'for Ingenico are put into the order of the terminal, then into the operator’s own',
    async () => {
      const names = ['SHOP.PAR', '8440.P3A', 'notes.txt', '0440.M40']
      const { page, context, complaints } = await openUpload()
      await page.getByLabel('Ingenico T3').check()
      await choose(
        page,
        names.map((name) => file(name, `${name} of a set`)),
      )
      const order = () => rows(page).locator('p.font-medium').allTextContents()
      await expect.poll(order, { timeout: 15_000 }).toEqual(['0440.M40', '8440.P3A', 'SHOP.PAR', 'notes.txt'])
      const folderOf = (name: string) => page.getByLabel(`Folder on the terminal for ${name}`)
      await expect.poll(() => folderOf('8440.P3A').inputValue()).toBe('/package/')
      expect(await folderOf('SHOP.PAR').inputValue()).toBe('/import/')
      expect(await folderOf('notes.txt').inputValue()).toBe('')
      await page.getByText('Of no kind that belongs into a Telium set').waitFor()
      await page.getByRole('button', { name: 'Remove notes.txt' }).click()
      await page.getByText('Nothing looks wrong').waitFor()

      await page.getByRole('button', { name: 'Move SHOP.PAR up' }).click()
      await page.getByRole('button', { name: 'Move SHOP.PAR up' }).click()
      await page.getByText('A catalogue must come before the other files').waitFor()
      expect(await order()).toEqual(['SHOP.PAR', '0440.M40', '8440.P3A'])
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Put into the order the terminal expects' }).click()
      await page.getByText('Nothing looks wrong').waitFor()
      await folderOf('SHOP.PAR').fill('/shop/')
      await page.getByLabel('Component').fill('telium')
      await page.getByLabel('Version', { exact: false }).first().fill('2.9.0')
      await page.getByRole('button', { name: 'Create the package' }).click()
      await page.getByRole('heading', { level: 1, name: 'telium 2.9.0' }).waitFor()
      expect(await order()).toEqual(['0440.M40', '8440.P3A', 'SHOP.PAR'])
      await page.getByText('/shop/').waitFor()

      await page.getByRole('button', { name: 'Change' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Models').fill('Desk/9000')
      await page.getByRole('option', { name: 'Desk/9000' }).click()
      await dialog.getByLabel('Notes').fill('For the pilot')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('For the pilot').waitFor()
      await page.getByText('Desk/9000').waitFor()
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Delete the package' }).click()
      await page.waitForURL('**/updates/packages')
      await page.getByText('The package telium 2.9.0 is deleted').waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are changed in a dialog that keeps what is typed while an answer is still on its way',
    async () => {
      const { items } = (await app.admin.ask('packages.list')) as { items: { id: string }[] }
      const { page, context, complaints } = await app.openAt(`/updates/packages/${items[0]?.id}`)
      const held: Route[] = []
      await page.route(/account\.get/, (route) => void held.push(route))
      const asked = page.waitForRequest(/account\.get/)
      const answered = page.waitForResponse(/account\.get/)
      await page.getByRole('button', { name: 'Change' }).click()
      await asked
      const models = page.getByRole('dialog').getByLabel('Models')
      await models.fill('Desk/9000')
      const option = page.getByRole('option', { name: 'Desk/9000' })
      await option.waitFor()
      expect(await page.locator('h1').isVisible()).toBe(true)
      for (const route of held.splice(0)) await route.continue()
      await answered
      await option.click()
      await page.getByRole('button', { name: 'Remove Desk/9000' }).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'that were left in the middle are found again in the list, and can be discarded',
    async () => {
      const { page, context } = await openUpload()
      await page.getByLabel('Feitian F20').check()
      await choose(page, file('F20-3.0.0.zip', makeOta({ device: 'F20', version: '3.0.0' })))
      await rows(page).getByText('All on the server').waitFor()
      await page.getByRole('link', { name: 'Packages', exact: true }).first().click()
      await page.getByRole('heading', { name: 'Unfinished uploads' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Continue' }).click()
      await rows(page).getByText('All on the server').waitFor()
      await page.getByText('Nothing looks wrong').waitFor()
      await page.getByRole('button', { name: 'Discard the upload' }).click()
      await page.getByRole('button', { name: 'Discard', exact: true }).click()
      await page.waitForURL('**/updates/packages')
      expect(await page.getByRole('heading', { name: 'Unfinished uploads' }).count()).toBe(0)
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are shown to viewers, who can change nothing',
    async () => {
      const account = { username: 'reader', password: 'a password of its own' }
      await app.admin.tell('operators.create', { ...account, role: 'viewer' })
      const { page, context, complaints } = await app.openAs(account)
      await page.goto(`${app.url}/updates/packages?platform=ingenico-t3`)
      await page.getByRole('cell', { name: 'Ingenico T3' }).first().waitFor()
      expect(await page.getByRole('link', { name: 'Upload a package' }).count()).toBe(0)
      await page.getByRole('link', { name: 'telium' }).first().click()
      await page.getByRole('heading', { level: 1, name: /^telium/ }).waitFor()
      expect(await page.getByRole('link', { name: /^Download/ }).count()).toBeGreaterThan(1)
      expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0)
      expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0)
      await page.goto(`${app.url}/updates/packages/upload`)
      await page.getByRole('heading', { level: 1, name: 'You may not see this' }).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
