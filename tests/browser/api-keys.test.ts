import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser } from '../support/browser'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 60_000
const PATH = '/administration/api-keys'
const SECRET = /^psk_[\w-]{43}$/

/** What administrators do with the keys of programs, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('API keys', () => {
  let app: WebApp

  beforeAll(async () => {
    app = await startWebApp()
  }, 300_000)
  afterAll(() => app?.stop())

  const make = async (name: string, more: object = {}) =>
    (await app.admin.tell('apiKeys.create', { name, scopes: ['terminals:read'], ...more })) as {
      id: string
      key: string
    }
  const callWith = async (secret: string) =>
    (await fetch(`${app.url}/api/v1/terminals?limit=1`, { headers: { authorization: `Bearer ${secret}` } }))
      .status
  const shownSecret = async (page: Page) =>
    (await page.getByRole('dialog').locator('code').first().textContent()) ?? ''

  it(
    'are made with permissions from a table, and a wrong address is named by its line',
    async () => {
      const { page, context, complaints } = await app.openAt(PATH)
      await page.getByRole('button', { name: 'New API key' }).first().click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('till system')
      await dialog.getByLabel('Allowed addresses').fill('127.0.0.1\n10.1.2.3/8')
      await dialog.getByLabel('Requests a minute').fill('90')
      await dialog.getByRole('button', { name: 'Make', exact: true }).click()
      await dialog.getByText('Choose at least one permission.').waitFor()
      await dialog.getByText('Line 2: “10.1.2.3/8” has bits behind its prefix. Write 10.0.0.0/8').waitFor()
      await expectAccessible(page)
      await dialog.getByRole('checkbox', { name: 'See terminals' }).check()
      await dialog.getByRole('checkbox', { name: 'Deposit key files for terminals' }).check()
      await dialog.getByText('2 chosen').waitFor()
      await dialog.getByLabel('Allowed addresses').fill('127.0.0.1\n10.0.0.0/8')
      await dialog.getByRole('button', { name: 'Make', exact: true }).click()

      await page.getByRole('dialog', { name: 'The key of till system' }).waitFor()
      const secret = await shownSecret(page)
      expect(secret).toMatch(SECRET)
      await expectAccessible(page)
      await page.getByRole('button', { name: 'I have it' }).click()
      await page.getByRole('searchbox', { name: 'Any part of a name' }).fill('TILL')
      await page.getByRole('link', { name: 'till system' }).click()
      await page.getByRole('heading', { name: 'till system' }).waitFor()
      for (const fact of ['10.0.0.0/8', '90', 'Deposit key files for terminals and see what becomes of them'])
        await page.getByText(fact, { exact: true }).waitFor()
      expect(await page.content()).not.toContain(secret)
      expect(await callWith(secret)).toBe(200)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are changed, keep their end to the second, and say so in their history',
    async () => {
      const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString()
      const { id } = await make('nightly', { expiresAt })
      const { page, context, complaints } = await app.openAt(`${PATH}/${id}`)
      await page.getByText('Expires soon').waitFor()
      await page.getByText('Give it a later end, or the programs').waitFor()
      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: 'Change' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('nightly report')
      await dialog.getByRole('button', { name: 'See everything' }).click()
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('nightly report is saved').waitFor()
      await page.getByRole('heading', { name: 'nightly report' }).waitFor()
      await page.getByText('See merchants', { exact: true }).waitFor()
      const kept = (await app.admin.ask('apiKeys.get', { apiKeyId: id })) as { expiresAt: string }
      expect(kept.expiresAt).toBe(expiresAt)
      await page.getByRole('listitem').filter({ hasText: 'nightly report' }).first().waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'of somebody who leaves are listed when their account is closed, and end with it',
    async () => {
      const leaver = { username: 'leaver', password: 'twelve characters' }
      await app.admin.tell('operators.create', { ...leaver, role: 'admin' })
      const browser = new Browser(app.url)
      await browser.signIn(leaver.username, leaver.password)
      for (const name of ['their report', 'their backup'])
        await browser.tell('apiKeys.create', { name, scopes: ['terminals:read'] })
      const { page, context, complaints } = await app.openAt('/administration/operators')
      await page.getByRole('button', { name: 'What can be done with leaver' }).click()
      await page.getByRole('menuitem', { name: 'Close the account' }).click()
      const dialog = page.getByRole('dialog', { name: 'Close the account of leaver?' })
      await dialog.getByRole('checkbox', { name: 'their report' }).check()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Close the account and end 1' }).click()
      await page.getByText('The account of leaver is closed').waitFor()

      await page.goto(`${app.url}${PATH}`)
      await page.getByRole('combobox', { name: 'What to look at' }).selectOption({ label: 'Maker has left' })
      await page.getByRole('link', { name: 'their backup' }).waitFor()
      await page.getByRole('link', { name: 'their report' }).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'their backup' }).click()
      await page.getByText('The account of leaver, who made it, is closed').waitFor()
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'get a new secret while the old one works on, and the page says until when and where it is in use',
    async () => {
      const { id, key } = await make('two machines')
      expect(await callWith(key)).toBe(200)
      const { page, context, complaints } = await app.openAt(`${PATH}/${id}`)
      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: 'New secret' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(/^Both work until .*; then the old one is refused\.$/).waitFor()
      await dialog.getByRole('radio', { name: 'ends at once' }).check()
      await dialog.getByText('It is good no more as soon as the new one is made.').waitFor()
      await dialog.getByRole('radio', { name: 'works for another week' }).check()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'New secret' }).click()
      await dialog.getByText(/^The secret before works until /).waitFor()
      const secret = await shownSecret(page)
      expect(secret).toMatch(SECRET)
      expect(await Promise.all([callWith(key), callWith(secret)])).toEqual([200, 200])
      await page.getByRole('button', { name: 'I have it' }).click()
      await page.getByText('Two secrets', { exact: true }).waitFor()
      await page.getByText('Old, still works').waitFor()
      await page.getByText(`${key.slice(0, 8)}…`).waitFor()
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are revoked after a sentence about what stops, and nothing is left to press',
    async () => {
      const { id, key } = await make('leaked')
      expect(await callWith(key)).toBe(200)
      const { page, context, complaints } = await app.openAt(`${PATH}/${id}`)
      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: 'Revoke' }).click()
      const question = page.getByRole('alertdialog').or(page.getByRole('dialog'))
      await question.getByText(/is refused on all servers within ten seconds/).waitFor()
      await question.getByRole('button', { name: 'Revoke' }).click()
      await page.getByText('leaked is revoked').waitFor()
      await page.getByText('None opens the door any more.').waitFor()
      expect(await page.getByRole('button', { name: 'Actions' }).count()).toBe(0)
      await expect.poll(() => callWith(key), { timeout: 10_000 }).toBe(401)
      await page.getByRole('navigation').getByRole('link', { name: 'API keys' }).first().click()
      const inState = page.getByRole('combobox', { name: 'State' })
      await inState.selectOption('Active')
      await page.getByRole('link', { name: 'leaked' }).waitFor({ state: 'detached' })
      await inState.selectOption('Revoked')
      await page.getByRole('link', { name: 'leaked' }).waitFor()
      expect(page.url()).toContain('state=revoked')
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'fit a telephone, in Russian',
    async () => {
      const { id } = await make('касса', { expiresAt: new Date(Date.now() + 86_400_000).toISOString() })
      const { page, context, complaints } = await app.openAt(`${PATH}/${id}`, {
        locale: 'ru-RU',
        viewport: { width: 390, height: 844 },
      })
      await page.getByText('Скоро истечёт', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Действия' }).click()
      await page.getByRole('menuitem', { name: 'Изменить' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Разрешённые адреса').fill('касса.example')
      await dialog.getByRole('button', { name: 'Сохранить' }).click()
      await dialog.getByText('Строка 1: «касса.example» — не адрес и не сеть.').waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
      expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0)
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
