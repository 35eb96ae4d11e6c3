import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeZip } from '../../src/tools/apk-maker/zip'
import { TerminalClient } from '../../src/tools/simulator/client'
import { totpOf } from '../support/browser'
import { missingForBrowser, openWindow } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const PASSWORD = 'a password of its own'
const LIMIT_MS = 60_000
const LICENCE = { mimeType: 'application/octet-stream' }

/** What operators do in the app, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('an operator', () => {
  let app: WebApp

  beforeAll(async () => {
    app = await startWebApp()
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
    'switches on a second factor, and signs in with it to the page that was asked for',
    async () => {
      await app.admin.tell('operators.create', { username: 'careful', password: PASSWORD, role: 'viewer' })
      const { page, complaints, context } = await openWindow(app.browser)
      await page.goto(`${app.url}/account`)
      await signIn(page, 'careful', 'not the password')
      await page.getByText('invalid_credentials').waitFor()
      await signIn(page, 'careful', PASSWORD)
      await page.waitForURL('**/account')
      const [answer] = await Promise.all([
        page.waitForResponse('**/api/auth/two-factor/enable'),
        (async () => {
          await page.getByRole('button', { name: 'Switch on' }).click()
          const dialog = page.getByRole('dialog')
          await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
          await dialog.getByRole('button', { name: 'Go on' }).click()
        })(),
      ])
      const { totpUri } = (await answer.json()) as { totpUri: string }
      await page.getByLabel('Code the app shows now').fill(totpOf(totpUri))
      await page.getByRole('button', { name: 'Check the code' }).click()
      await page.getByText('Backup codes', { exact: true }).first().waitFor()
      await page.context().clearCookies()
      await page.goto(`${app.url}/license/numbers?holds=none`)
      await signIn(page, 'careful', PASSWORD)
      // A code is good once: the one of the period after. Its last digit sends it.
      await page.getByLabel('Code', { exact: true }).fill(totpOf(totpUri, 1))
      await page.waitForURL('**/license/numbers?holds=none')
      await page.getByRole('heading', { name: 'Numbers' }).waitFor()
      // The one wrong password is the browser's only complaint.
      expect(complaints.filter((one) => !one.includes('401'))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'uploads a ZIP of licences and finds one in Numbers by a part of its S/N',
    async () => {
      const entries = Array.from({ length: 50 }, (_, index) => ({
        path: `other_ZIP${String(index).padStart(5, '0')}_LIC-Z${index}.lic`,
        bytes: Buffer.from(`licence number ${index}`),
      }))
      await app.admin.tell('terminals.register', { serial: 'ZIP00042', platform: 'other' })
      const { page, complaints, context } = await app.openAt('/license/licences/upload')
      const file = { name: 'licences.zip', mimeType: 'application/zip', buffer: makeZip(entries) }
      await page.locator('input[type=file]').first().setInputFiles(file)
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      await page
        .getByText(/50 imported/i)
        .first()
        .waitFor()
      await page.goto(`${app.url}/license/numbers`)
      await page.getByPlaceholder(/S\/N/).fill('P00042')
      const row = page.getByRole('row').filter({ hasText: 'ZIP00042' })
      await row.getByText('LIC-Z42').waitFor()
      expect(await page.getByRole('row').count()).toBe(2)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'uploads and replaces a licence, and registers terminals by a CSV, by the keyboard alone',
    async () => {
      await app.admin.tell('terminals.register', { serial: 'KEYS0001', platform: 'other' })
      const { page, complaints, context } = await app.openAt('/license/licences/upload')
      // Somebody listens all along, or the browser would open a window of its own in between.
      page.on('filechooser', () => {})
      for (const content of ['the first', 'the second']) {
        await chooseByKeys(page, {
          ...LICENCE,
          name: 'other_KEYS0001_LIC-K.lic',
          buffer: Buffer.from(content),
        })
        await tabTo(page, 'Import')
        await page.keyboard.press('Enter')
        if (content === 'the second') break
        await page.getByRole('button', { name: 'Upload more' }).waitFor()
        await tabTo(page, 'Upload more')
        await page.keyboard.press('Enter')
      }
      await page.getByText('This takes the place of a licence that is in use').waitFor()
      await tabTo(page, /^Replace$/)
      await page.keyboard.press('Enter')
      await page.getByText('1 imported, 1 replaced', { exact: true }).waitFor()
      await page.goto(`${app.url}/monitoring/status`)
      await page.getByRole('row').nth(1).waitFor()
      await tabTo(page, 'Import CSV')
      await page.keyboard.press('Enter')
      const csv = Buffer.from('serial,platform\nKEYS0002,other\nKEYS0003,other\n')
      await page.getByRole('dialog').waitFor()
      await untilFocusIsIn(page)
      await chooseByKeys(page, { name: 'fleet.csv', mimeType: 'text/csv', buffer: csv })
      await page.getByRole('button', { name: 'Register 2 terminals' }).waitFor()
      await tabTo(page, 'Register 2 terminals')
      await page.keyboard.press('Enter')
      await page.getByText('2 terminals registered').first().waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'suspends what a filter leaves, with the number said before',
    async () => {
      for (const serial of ['BULK0001', 'BULK0002', 'BULK0003'])
        await app.admin.tell('terminals.register', { serial, platform: 'other' })
      const { page, complaints, context } = await app.openAt('/monitoring/status?search=BULK')
      await page.getByRole('row').nth(3).waitFor()
      await page.getByRole('button', { name: 'Change all that match' }).click()
      await page.getByRole('menuitem', { name: 'Retire' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Change 3 terminals' }).click()
      await page.getByText('3 terminals changed').waitFor()
      await page.getByRole('row').filter({ hasText: 'BULK0003' }).getByText('Retired').waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'replaces a licence, sees what takes whose place before, opens the new one, and may add another to its terminal',
    async () => {
      const { id } = (await app.admin.tell('terminals.register', {
        serial: 'REPL0001',
        platform: 'other',
      })) as { id: string }
      const { page, complaints, context } = await app.openAt('/license/licences/upload')
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ ...LICENCE, name: 'other_REPL0001_LIC-R1.lic', buffer: Buffer.from('the first') })
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      await page.getByRole('link', { name: 'Open the licence' }).click()
      await page.getByRole('link', { name: 'Replace', exact: true }).click()
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ ...LICENCE, name: 'new.lic', buffer: Buffer.from('the second one') })
      await page.getByRole('button', { name: 'Upload and compare' }).click()
      await page.getByLabel('Lic ID').fill('LIC-R2')
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      await page.getByRole('row').filter({ hasText: 'LIC-R1' }).getByText('LIC-R2').waitFor()
      await page.getByRole('button', { name: 'Replace', exact: true }).click()
      await page.getByRole('link', { name: 'Open the licence' }).click()
      await page.getByRole('heading', { name: 'LIC-R2' }).waitFor()
      await page.getByRole('link', { name: 'LIC-R1' }).waitFor()
      await page.goto(`${app.url}/monitoring/status/${id}?tab=licences`)
      await page.getByRole('link', { name: 'Upload' }).click()
      await page.waitForURL('**/license/licences/upload?serial=REPL0001&platform=other')
      await page.getByText('REPL0001').first().waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'registers terminals by a CSV, leaving out two bad rows that say what is wrong, and gets one code for all',
    async () => {
      const rows = Array.from({ length: 20 }, (_, index) => [`CSV${100 + index}`, 'other', '', ''])
      rows[4] = ['CSV104', 'no-such', '', '']
      rows[9] = ['CSV109', 'other', '12345678', 'Банк']
      const csv = [['serial', 'platform', 'tid', 'acquirer'], ...rows].map((row) => row.join(',')).join('\n')
      const { page, complaints, context } = await app.openAt('/monitoring/status')
      await page.getByRole('button', { name: 'Import CSV' }).click()
      const dialog = page.getByRole('dialog')
      await dialog
        .locator('input[type=file]')
        .setInputFiles({ name: 'fleet.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
      await dialog.getByText('there is no such platform').waitFor()
      await dialog.getByText('Банк – must have up to 40 Latin letters').waitFor()
      const apply = dialog.getByRole('button', { name: 'Register 18 terminals' })
      expect(await apply.isDisabled()).toBe(true)
      await dialog.getByText('Leave out 2 bad rows').click()
      await apply.click()
      await dialog.getByText('18 terminals registered').waitFor()
      await dialog.getByText('For 18 terminals').waitFor()
      await dialog.getByRole('button', { name: 'Done' }).click()
      await page.getByPlaceholder(/S\/N/).fill('CSV1')
      await page.getByText('18 rows on this page').waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'finds the same rows in another browser by the address, and the former ones by the back button',
    async () => {
      for (const [serial, platform] of [
        ['ADDR0001', 'other'],
        ['ADDR0002', 'feitian-f20'],
      ])
        await app.admin.tell('terminals.register', { serial, platform })
      const { page, context } = await app.openAt('/monitoring/status?search=ADDR')
      await page.getByRole('link', { name: 'ADDR0001' }).waitFor()
      await page.getByRole('combobox', { name: 'Platform' }).selectOption('feitian-f20')
      await page.getByRole('link', { name: 'ADDR0001' }).waitFor({ state: 'detached' })
      const address = new URL(page.url())
      const other = await app.openAt(address.pathname + address.search)
      await other.page.getByRole('link', { name: 'ADDR0002' }).waitFor()
      expect(await other.page.getByRole('link', { name: 'ADDR0001' }).count()).toBe(0)
      await page.goBack()
      await page.getByRole('link', { name: 'ADDR0001' }).waitFor()
      await context.close()
      await other.context.close()
    },
    LIMIT_MS,
  )

  it(
    'shows the rows while the figures above them are still being counted',
    async () => {
      const { page, complaints, context } = await app.openAt('/administration/groups')
      const held: (() => void)[] = []
      await page.route(/status\.overview/, async (route) => {
        await new Promise<void>((resolve) => held.push(resolve))
        await route.continue()
      })
      await page.goto(`${app.url}/monitoring/status`)
      await page.getByRole('row').nth(1).waitFor()
      const figures = page.getByRole('region', { name: 'Fleet' }).getByRole('button', { name: 'Online' })
      expect([held.length, await figures.count()]).toEqual([1, 0])
      for (const letGo of held) letGo()
      await figures.waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'opens an address that asks for too many rows and matches none, and gets all of them back',
    async () => {
      const { page, complaints, context } = await app.openAt(
        '/administration/groups?size=99999&search=no-such',
      )
      await page.getByText('Nothing matches these filters').waitFor()
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await page.getByRole('row').nth(1).waitFor()
      const stranger = '0197d1d0-0000-7000-8000-000000000000'
      await page.goto(`${app.url}/administration/audit?actorId=${stranger}&actorName=nobody`)
      await page.getByText('Nothing matches these filters').waitFor()
      await page.getByRole('button', { name: 'Clear filters' }).last().click()
      await page.getByRole('row').nth(1).waitFor()
      expect(new URL(page.url()).search).toBe('')
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'limited to a group, chosen in a dialog, sees its terminals and no others',
    async () => {
      const group = (await app.admin.tell('groups.create', { name: 'Branch 7' })) as { id: string }
      await app.admin.tell('terminals.register', {
        serial: 'SEEN0001',
        platform: 'other',
        groupIds: [group.id],
      })
      await app.admin.tell('terminals.register', { serial: 'SEEN0002', platform: 'other' })
      const { page, context } = await app.openAt('/administration/operators')
      await page.getByRole('button', { name: 'New operator' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('User name').fill('branch7')
      await dialog.getByText('Only some').click()
      // By its role: what an open dialog hides from screen readers is not found so.
      await dialog.getByRole('combobox', { name: 'Groups' }).fill('Branch')
      await page.getByRole('option', { name: 'Branch 7' }).click()
      await dialog.getByRole('button', { name: 'Make', exact: true }).click()
      await page.getByText('branch7 can sign in now').first().waitFor()
      const password = (await dialog.locator('code').first().textContent()) ?? ''
      const own = await openWindow(app.browser)
      await own.page.goto(`${app.url}/monitoring/status?search=SEEN`)
      await signIn(own.page, 'branch7', password.trim())
      await own.page.getByRole('link', { name: 'SEEN0001' }).waitFor()
      expect(await own.page.getByRole('link', { name: 'SEEN0002' }).count()).toBe(0)
      expect(own.complaints).toEqual([])
      await context.close()
      await own.context.close()
    },
    LIMIT_MS,
  )

  it(
    'sees a terminal come online without loading the page again',
    async () => {
      const serial = 'LIVE0001'
      await app.admin.tell('terminals.register', { serial, platform: 'other' })
      const { enrollmentCode } = (await app.admin.tell('enrollmentCodes.issue', { serials: [serial] })) as {
        enrollmentCode: string
      }
      const { page, context } = await app.openAt(`/monitoring/status?search=${serial}`)
      const row = page.getByRole('row').filter({ hasText: serial })
      await row.getByText('Never seen').waitFor()
      const terminal = new TerminalClient(app.url)
      const send = (path: string, json: unknown, token?: string) =>
        terminal.send({ method: 'POST', path: `/terminal/v1/${path}`, json, token })
      const enrolled = await send('enroll', { serial, platform: 'other', model: 'T-1', enrollmentCode })
      const { token } = enrolled.json<{ token: string }>()
      await send('check-in', { status: { application: { name: 'psPos', version: '9.9.9' } } }, token)
      await row.getByText('Online').waitFor()
      await row.getByText('9.9.9').waitFor()
      terminal.close()
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'leaves a page that asks by itself: it says that nobody is there, until somebody is',
    async () => {
      const { page, context } = await openWindow(app.browser)
      await page.clock.install()
      await app.lend(context)
      /** Headers of the next question, once it is answered: before that the page asks no other. */
      const asked = async (act: () => Promise<unknown>) => {
        const answered = page.waitForResponse((one) => one.url().includes('status.overview'))
        await act()
        const answer = await answered
        await answer.finished()
        return answer.request().headers()
      }
      const pass = () => page.clock.runFor(31_000)
      await asked(() => page.goto(`${app.url}/monitoring/status`))
      await page.getByRole('row').nth(1).waitFor()
      expect(await asked(pass)).not.toHaveProperty('psm-unattended')
      await asked(pass)
      expect(await asked(pass)).toHaveProperty('psm-unattended', '1')
      await page.keyboard.press('Shift')
      expect(await asked(pass)).not.toHaveProperty('psm-unattended')
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'changes language and theme at once, and finds them again',
    async () => {
      const { page, complaints, context } = await app.openAt('/license/numbers')
      await page.getByRole('radio', { name: 'Русский' }).check({ force: true })
      await page.getByRole('heading', { name: 'Номера' }).waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('ru')
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await ground()
      await page.getByRole('radio', { name: 'Тёмное' }).check({ force: true })
      expect(await ground()).not.toBe(light)
      await page.reload()
      await page.getByRole('heading', { name: 'Номера' }).waitFor()
      expect(await ground()).not.toBe(light)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'signs in, finds a licence, deletes it and takes it back by the keyboard alone',
    async () => {
      const { page, complaints, context } = await openWindow(app.browser)
      await page.goto(`${app.url}/license/licences`)
      await page.getByLabel('User name or e-mail').waitFor()
      await page.keyboard.type(app.username)
      await page.keyboard.press('Tab')
      await page.keyboard.type(app.password)
      await page.keyboard.press('Enter')
      await page.getByRole('row').nth(1).waitFor()
      await tabTo(page, 'Any part of an S/N or Lic ID')
      await page.keyboard.type('PSM000001')
      await expect.poll(() => page.getByRole('row').count(), { timeout: 10_000 }).toBe(2)
      await tabTo(page, /^Select /)
      await tabTo(page, /^Select /)
      await page.keyboard.press('Space')
      await tabTo(page, /^Delete/)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      await untilFocusIsIn(page)
      await tabTo(page, 'Delete the licence')
      await page.keyboard.press('Enter')
      await page.getByText('The licence is deleted').waitFor()
      await tabTo(page, 'Undo')
      await page.keyboard.press('Enter')
      await page.getByText('The licence is back').waitFor()
      await expect.poll(() => page.getByRole('row').count(), { timeout: 10_000 }).toBe(2)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'tries a job and reads what it would do, then runs it in earnest',
    async () => {
      const { page, complaints, context } = await app.openAt('/administration/jobs')
      await page.getByRole('button', { name: 'Dry run of “Trim old records”' }).click()
      await page.waitForURL('**/administration/jobs/trim-records')
      await page.getByText('Nothing was changed. This would be done:').first().waitFor()
      await page.getByRole('button', { name: 'Run now: “Trim old records”' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click()
      await page.getByText('“Trim old records” begins in a moment').waitFor()
      const runs = page.getByRole('table', { name: 'History' }).getByRole('row')
      await expect.poll(() => runs.count(), { timeout: 20_000 }).toBe(3)
      await expect.poll(() => runs.nth(1).textContent(), { timeout: 20_000 }).toContain('Done')
      expect(await runs.nth(1).textContent()).not.toContain('Dry run')
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})

const MAX_TABS = 80

/** Presses Tab until the focus is on what is named so: what cannot be reached that way, a keyboard cannot reach. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < MAX_TABS; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null
      const label = at?.getAttribute('aria-label') ?? at?.getAttribute('placeholder') ?? at?.textContent
      return (label || (at as HTMLInputElement | null)?.labels?.[0]?.textContent || '').trim()
    })
    if (typeof name === 'string' ? focused.includes(name) : name.test(focused)) return
  }
  throw new Error(`The keyboard does not reach ${name}.`)
}

/** A dialog takes the focus a moment after it has come; a key pressed before would go elsewhere. */
async function untilFocusIsIn(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[role=dialog]')?.contains(document.activeElement))
}

/** Chooses a file as the keyboard does: Tab to the field, Space, and the system's own window. */
async function chooseByKeys(
  page: Page,
  file: { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  for (let presses = 0; presses < MAX_TABS; presses++) {
    await page.keyboard.press('Tab')
    if (!(await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.type === 'file')))
      continue
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')])
    await chooser.setFiles(file)
    return
  }
  throw new Error('The keyboard does not reach the field for files.')
}
