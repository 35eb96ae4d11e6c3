import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
/** More than are counted at each look. */
const MANY = 2_200

/** What operators do with the analysis, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('the analysis', () => {
  let app: WebApp

  beforeAll(async () => {
    app = await startWebApp()
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true })
  /** The number beside a value. */
  const numberOf = async (page: Page, title: string, value: string | RegExp) => {
    const row = card(page, title)
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name: value }) })
    return Number((await row.first().getByRole('cell').first().textContent())?.replaceAll(/\D/g, ''))
  }
  const rows = async (page: Page) => {
    const table = page.getByRole('table', { name: 'Status', exact: true })
    await table.waitFor()
    return async () => (await table.getByRole('row').count()) - 1
  }

  it(
    'leads from each number to the list of its terminals, which has as many',
    async () => {
      const { page, context, complaints } = await app.openAt('/monitoring/status')
      await page.getByRole('link', { name: 'Analysis' }).click()
      await page.getByRole('heading', { level: 1, name: 'Analysis' }).waitFor()
      await page.getByText('Counted just now').waitFor()
      for (const [title, value] of [
        ['Platforms', 'Wiseasy WPOS-3'],
        ['Connectivity', 'Never seen'],
        ['Licences', 'None'],
        ['Component versions', /./],
      ] as const) {
        await page.goto(`${app.url}/monitoring/analysis`)
        const link = card(page, title).getByRole('link', { name: value }).first()
        await link.waitFor()
        const count = await numberOf(page, title, value)
        expect(count, title).toBeGreaterThan(0)
        await link.focus()
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
        const { searchParams } = new URL(page.url())
        expect(searchParams.get('state')).toBe('in-service')
        searchParams.set('size', '200')
        await page.goto(`${app.url}/monitoring/status?${searchParams}`)
        await expect.poll(await rows(page)).toBe(Math.min(count, 200))
        await expectAccessible(page)
      }
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'is of the group that was chosen, in the address, in its file and in where it leads',
    async () => {
      const { items } = (await app.admin.ask('groups.list')) as { items: { id: string; name: string }[] }
      const group = items[0]
      const { page, context, complaints } = await app.openAt('/monitoring/analysis')
      await page.getByLabel('Group').fill(group?.name ?? '')
      await page
        .getByRole('option', { name: group?.name ?? '' })
        .first()
        .click()
      await expect.poll(() => page.url()).toContain(`group=${group?.id}`)
      const file = page.getByRole('link', { name: 'Export CSV' })
      await expect.poll(() => file.getAttribute('href')).toContain(`groupId=${group?.id}`)
      const link = card(page, 'States').getByRole('link').first()
      await expect.poll(() => link.getAttribute('href')).toContain(`group=${group?.id}`)
      const [download] = await Promise.all([page.waitForEvent('download'), file.click()])
      expect(download.suggestedFilename()).toMatch(/^analysis-.*\.csv$/)
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'shows the versions of the component that was chosen',
    async () => {
      const { page, context, complaints } = await app.openAt('/monitoring/analysis')
      const select = card(page, 'Component versions').getByRole('combobox', { name: 'Component' })
      await select.waitFor()
      const names = await select.getByRole('option').allTextContents()
      expect(names.length).toBeGreaterThan(1)
      await select.selectOption(names.at(-1) ?? '')
      const link = card(page, 'Component versions').getByRole('link').first()
      await expect
        .poll(() => link.getAttribute('href'))
        .toContain(`component=${encodeURIComponent(names.at(-1) ?? '')}`)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'of many terminals says how old it is, and is counted anew for those who may ask for it',
    async () => {
      const csv = ['serial,platform']
      for (let n = 0; n < MANY; n++) csv.push(`MANY-${n},other`)
      await app.admin.tell('terminals.applyImport', { csv: csv.join('\n') })
      const account = { username: 'onlooker', password: 'looks at charts and counts nothing 1' }
      await app.admin.tell('operators.create', { ...account, role: 'viewer' })

      const { page, context, complaints } = await app.openAt('/monitoring/analysis')
      await page.getByText(/^Counted .* ago$|^Counted now$/).waitFor({ timeout: 90_000 })
      expect(await numberOf(page, 'Platforms', 'Other')).toBeGreaterThanOrEqual(MANY)
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByText('Being counted anew…').waitFor()
      await page.getByText(/^Counted .* ago$|^Counted now$/).waitFor({ timeout: 30_000 })
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()

      const other = await app.openAs(account, { locale: 'ru-RU', viewport: { width: 390, height: 844 } })
      await other.page.goto(`${app.url}/monitoring/analysis`)
      await other.page.getByText(/^Подсчитано .* назад$|^Подсчитано сейчас$/).waitFor()
      expect(await other.page.getByRole('button', { name: 'Пересчитать' }).count()).toBe(0)
      await expectAccessible(other.page)
      expect(other.complaints).toEqual([])
      await other.context.close()
    },
    2 * LIMIT_MS,
  )
})
