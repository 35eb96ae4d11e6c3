import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const missing = missingForBrowser()

describe.skipIf(missing !== undefined)('the audit log', () => {
  let app: WebApp

  beforeAll(async () => {
    app = await startWebApp()
    const { id: groupId } = (await app.admin.tell('groups.create', { name: 'Night & day' })) as { id: string }
    await app.admin.tell('groups.update', { groupId, name: 'Night & day', notes: 'Open around the clock' })
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  it('says in a sentence who changed what, from what to what, and leads there', async () => {
    const { page, complaints } = await app.openAt('/administration/audit?subject=night')
    const row = page.getByRole('row').filter({ hasText: 'changed group' })
    await expect.poll(() => row.textContent()).toMatch(/^\S+ changed group Night & day/)
    const changes = row.getByRole('table', { name: 'What changed' })
    expect(await changes.getByRole('row').last().textContent()).toMatch(/Notes.*Open around the clock/s)
    await row.getByRole('link', { name: app.username }).click()
    await page.waitForURL(/actorId=/)
    await page.getByRole('combobox', { name: 'Operator or API key' }).waitFor()
    expect(await page.getByRole('combobox', { name: 'Operator or API key' }).inputValue()).toBe(app.username)
    await page.goBack()
    await row.getByRole('link', { name: 'Night & day' }).click()
    await page.waitForURL(/\/administration\/groups\?search=Night/)
    await page.getByText('Open around the clock').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('says the same in Russian, on a telephone', async () => {
    const { page, complaints } = await app.openAt('/administration/audit?action=group.updated', {
      locale: 'ru-RU',
      viewport: { width: 390, height: 844 },
    })
    await page.getByText(/: изменена группа «/).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('is verified to its end, and offers what of it is chosen as a file', async () => {
    const { page, complaints } = await app.openAt('/administration/audit?action=group.created')
    const columns = page.locator('summary').filter({ hasText: 'Columns' })
    const number = page.getByRole('checkbox', { name: 'No.' })
    await columns.click()
    await number.click()
    await page.keyboard.press('Escape')
    await number.waitFor({ state: 'hidden' })
    expect(await columns.evaluate((opener) => opener === document.activeElement)).toBe(true)
    expect(page.url()).toContain('hide=')
    await columns.click()
    await page.getByRole('heading', { level: 1 }).click()
    await number.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText(/entries are as they were written; none is missing/).waitFor()
    await page.getByRole('button', { name: 'Download' }).click()
    const file = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV, for spreadsheets' }).click()
    expect((await file).suggestedFilename()).toMatch(/^audit-[\d-]+\.csv$/)
    expect((await file).url()).toContain('action=group.created')
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
