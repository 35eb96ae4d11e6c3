import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totpOf } from '../support/browser'
import { expectAccessible, missingForBrowser, openWindow } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const PASSWORD = 'a password of its own'
const LIMIT_MS = 60_000

/** Whose role opens much: by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('somebody whose role opens much', () => {
  let app: WebApp

  beforeAll(async () => {
    app = await startWebApp({ SECOND_FACTOR_ROLES: 'auditor' })
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  async function signIn(page: Page, login: string, password: string) {
    await page.getByLabel('User name or e-mail').fill(login)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  it(
    'is led to set up a second factor before anything else, and then to the page that was asked for',
    async () => {
      await app.admin.tell('operators.create', { username: 'owing', password: PASSWORD, role: 'auditor' })
      const { page, complaints, context } = await openWindow(app.browser)
      await page.goto(`${app.url}/administration/audit`)
      await signIn(page, 'owing', PASSWORD)
      await page.waitForURL('**/account?next=*')
      await page.getByText('One more step: a second factor').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Set up the second factor' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
      const [answer] = await Promise.all([
        page.waitForResponse('**/api/auth/two-factor/enable'),
        dialog.getByRole('button', { name: 'Go on' }).click(),
      ])
      const { totpUri } = (await answer.json()) as { totpUri: string }
      await page.getByLabel('Code the app shows now').fill(totpOf(totpUri))
      await page.getByRole('button', { name: 'Check the code' }).click()
      await page.getByRole('button', { name: 'I have put the codes away' }).click()
      await page.waitForURL('**/administration/audit')
      await page.getByRole('heading', { name: 'Audit log' }).waitFor()
      await page.goto(`${app.url}/account`)
      await page.getByText('Your role needs it.').waitFor()
      expect(await page.getByRole('button', { name: 'Switch off' }).count()).toBe(0)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'says again who it is where that was long ago, and finds the form as it was',
    async () => {
      const { page, complaints, context } = await app.openAt('/administration/operators')
      await app.age()
      await page.getByRole('button', { name: 'New operator' }).click()
      const make = page.getByRole('dialog', { name: 'New operator' })
      const username = make.getByLabel('User name')
      await username.fill('made later')
      await username.blur()
      await make.getByText('A user name has 3 to 50 Latin letters').waitFor()
      await username.fill('made-later')
      await make.getByRole('button', { name: 'Make', exact: true }).click()
      const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
      await proof.waitFor()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await make.getByText('reauthentication_needed').waitFor()
      expect(await username.inputValue()).toBe('made-later')
      await make.getByRole('button', { name: 'Make', exact: true }).click()
      await proof.getByLabel('Password', { exact: true }).fill('not the password')
      await proof.getByRole('button', { name: 'Confirm' }).click()
      await proof.getByText('wrong_password').waitFor()
      await proof.getByLabel('Password', { exact: true }).fill(app.password)
      await proof.getByRole('button', { name: 'Confirm' }).click()
      await page.getByRole('button', { name: 'I have it' }).click()
      await page.getByRole('row').filter({ hasText: 'made-later' }).waitFor()
      // What was refused on the way is all the browser complains of.
      expect(complaints.filter((one) => !/40[13]/.test(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'switches a second factor off by itself alone, where the role may be without',
    async () => {
      await app.admin.tell('operators.create', { username: 'leaving-it', password: PASSWORD, role: 'viewer' })
      const { page, complaints, context } = await app.openAs({ username: 'leaving-it', password: PASSWORD })
      await page.goto(`${app.url}/account`)
      await page.getByRole('button', { name: 'Switch on' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
      const [answer] = await Promise.all([
        page.waitForResponse('**/api/auth/two-factor/enable'),
        dialog.getByRole('button', { name: 'Go on' }).click(),
      ])
      const { totpUri } = (await answer.json()) as { totpUri: string }
      await page.getByLabel('Code the app shows now').fill(totpOf(totpUri))
      await page.getByRole('button', { name: 'Check the code' }).click()
      await page.getByRole('button', { name: 'I have put the codes away' }).click()
      await page.getByRole('button', { name: 'Switch off' }).click()
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await dialog.getByRole('button', { name: 'Switch off' }).click()
      await dialog.getByLabel('Second factor').fill(totpOf(totpUri, 1))
      await dialog.getByRole('button', { name: 'Switch off' }).click()
      await page.getByRole('button', { name: 'Switch on' }).waitFor()
      expect(complaints.filter((one) => !/40[13]/.test(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
