import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { playTroubledTerminal, type Troubled } from '../support/pos-log'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 60_000

/** What somebody does who is told that a terminal does not work, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('who looks into the POS log', () => {
  let app: WebApp
  let troubled: Troubled

  beforeAll(async () => {
    app = await startWebApp()
    troubled = await playTroubledTerminal(app)
  }, 300_000)

  afterAll(async () => {
    troubled?.leave()
    await app?.stop()
  })

  it(
    'finds what a terminal asked by its serial number, and reads one refused request with its answer',
    async () => {
      const { page, complaints, context } = await app.openAt('/monitoring/pos-log')
      await page.getByRole('searchbox', { name: 'Serial number' }).fill(troubled.serial)
      await page.waitForURL(`**/monitoring/pos-log?*serial=${troubled.serial}*`)
      const table = page.getByRole('table', { name: 'Requests of terminals' })
      await table.getByText('GET /terminal/v1/firmware').waitFor()
      await table.getByText('3 slips', { exact: true }).waitFor()
      // Idle check-ins are one row, refusals for one reason another.
      await table.getByText('20 times', { exact: true }).waitFor()
      await expectAccessible(page)
      await page.getByRole('combobox', { name: 'Result' }).selectOption('refused')
      await page.waitForURL('**result=refused*')
      await table.getByText('3 slips').waitFor({ state: 'hidden' })
      expect(await table.getByText('invalid_message').count()).toBe(1)
      await table.getByText('JSON of another shape than the protocol says').waitFor()
      await table
        .getByRole('row', { name: /invalid_message/ })
        .getByRole('button')
        .click()
      const dialog = page.getByRole('dialog', { name: 'Request and answer' })
      await dialog.getByText('"issues"').waitFor()
      const text = (await dialog.textContent()) ?? ''
      expect(text).toContain('JSON of another shape than the protocol says')
      expect(text).toContain('"pin": "[cut]"')
      expect(text).not.toContain('9071')
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'watches requests come in, by the filter chosen',
    async () => {
      const { page, complaints, context } = await app.openAt(`/monitoring/pos-log?serial=${troubled.serial}`)
      const table = page.getByRole('table', { name: 'Requests of terminals' })
      await table.getByText('GET /terminal/v1/firmware').waitFor()
      await page.getByRole('button', { name: 'Live' }).click()
      await page.getByText('New requests appear by themselves').waitFor()
      await table.getByText('GET /terminal/v1/firmware').waitFor()
      await troubled.terminal.send('GET', '/brand-new')
      await table.getByText('GET /terminal/v1/brand-new').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.waitForFunction(() => !location.search.includes('live'))
      await table.getByText('GET /terminal/v1/brand-new').waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    "reads a terminal's story on its page, and goes on to all of it",
    async () => {
      const { page, complaints, context } = await app.openAt(
        `/monitoring/status/${troubled.terminalId}?tab=pos-log`,
      )
      const summary = page.getByRole('region', {
        name: 'Its requests of this time by what they were answered.',
      })
      await summary.getByText('no_license').waitFor()
      expect(await summary.getByRole('row').nth(1).textContent()).toContain('invalid_message')
      await page.getByText(/1\d requests of this time were refused or failed/).waitFor()
      await summary.getByText('There is no licence for this terminal.').waitFor()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'All requests of this terminal' }).click()
      await page.waitForURL(`**/monitoring/pos-log?serial=${troubled.serial}`)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'takes what was found along as a table',
    async () => {
      const { page, context } = await app.openAt(`/monitoring/pos-log?serial=${troubled.serial}&kind=license`)
      await page.getByRole('table', { name: 'Requests of terminals' }).getByText('no_license').waitFor()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'CSV' }).click(),
      ])
      const text = await readFile(await download.path(), 'utf8')
      expect(text.trim().split('\n')).toHaveLength(2)
      expect(text).toContain('LIC-NONE')
      await context.close()
    },
    LIMIT_MS,
  )
})
