import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { type EcrTerminal, openEcrTerminal } from '../support/ecr-logs'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
const ROWS = 5_000
/** Published by a card scheme for tests; as it must never be seen again. */
const PAN = '4111111111111111'

/** What engineers do with logs of cash registers, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('ECR logs', () => {
  let app: WebApp
  let terminal: EcrTerminal

  beforeAll(async () => {
    app = await startWebApp()
    terminal = await openEcrTerminal(app)
  }, 300_000)

  afterAll(async () => {
    terminal?.close()
    await app?.stop()
  })

  const row = (page: Page, number: number) => page.locator(`[data-row="${number - 1}"]`)

  /** A row a second from 10:00 on; a card number in the one but last, a name that is there once in the middle. */
  function longLog(): Buffer {
    const rows = Array.from({ length: ROWS }, (_, at) => {
      const time = new Date(Date.UTC(2026, 10, 25, 10) + at * 1000)
        .toISOString()
        .slice(0, 19)
        .replace('T', ' ')
      const text = at === ROWS - 2 ? `card ${PAN}` : at === 2_500 ? 'needle' : `amount ${at}.00`
      return `${time} ${at % 2 === 0 ? '->' : '<-'} ${text}`
    })
    return Buffer.from(`${rows.join('\n')}\n`)
  }

  it(
    'show their end at once, are searched, and are gone to by time, to their beginning and by pages',
    async () => {
      const logId = await terminal.handOver('long.log', longLog())
      const { page, context, complaints } = await app.openAt(`/monitoring/ecr-logs/${logId}`)
      await page.getByRole('heading', { level: 1, name: 'long.log' }).waitFor()
      await row(page, ROWS).waitFor()
      await page.getByText('1 card number was cut out of this log').waitFor()
      expect(await row(page, ROWS - 1).textContent()).toContain('card 411111')
      expect(await page.content()).not.toContain(PAN)
      expect(await row(page, 1).count(), 'the beginning is not fetched').toBe(0)
      await expectAccessible(page)

      await page.getByLabel('Search in the log').fill('needle')
      await page.getByRole('button', { name: 'Find next' }).click()
      await row(page, 2_501).locator('mark').waitFor()
      expect(await row(page, 2_501).getAttribute('aria-current')).toBe('true')
      await page.getByLabel('Search in the log').fill('nowhere')
      await page.getByRole('button', { name: 'Find next' }).click()
      await page.getByText('“nowhere” is not in this log').waitFor()

      await page.getByLabel('Time by the terminal').fill('2026-11-25 10:10')
      await page.getByRole('button', { name: 'Go to time' }).click()
      await page.locator('[data-row="600"][aria-current="true"]').waitFor()

      await page.getByRole('button', { name: 'Beginning' }).click()
      await row(page, 1).waitFor()
      await page.getByRole('button', { name: 'Later rows' }).click()
      await row(page, 500).waitFor()
      await page.getByRole('button', { name: 'End', exact: true }).click()
      await row(page, ROWS).waitFor()
      await page.getByRole('button', { name: 'Earlier rows' }).click()
      await row(page, ROWS - 600).waitFor()

      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Save' }).click()
      expect((await download).suggestedFilename()).toContain('long')
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are listed, asked for, and come; a terminal that sends card numbers is a finding',
    async () => {
      await terminal.handOver('leaks.log', Buffer.from(`2026-11-25 10:00:00 -> ${PAN}\n`))
      const { page, context, complaints } = await app.openAt('/monitoring/ecr-logs')
      await page.getByRole('link', { name: 'leaks.log' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Ask a terminal' }).click()
      const dialog = page.getByRole('dialog', { name: 'Ask a terminal for its log' })
      await dialog.getByRole('combobox').fill(terminal.serial)
      await page.getByRole('option', { name: terminal.serial }).click()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.getByText(`${terminal.serial} will be asked at its next check-in`).waitFor()
      await expect.poll(() => terminal.answerRequests(), { timeout: 20_000 }).toBe(1)

      await page.goto(`${app.url}/monitoring/status/${terminal.id}?tab=ecr-logs`)
      await page.getByRole('link', { name: 'It came' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('tab', { name: 'Overview' }).click()
      await page.getByText('This terminal sends full card numbers').waitFor()
      await expectAccessible(page)

      await page.goto(`${app.url}/monitoring/status?card=yes`)
      await page.getByRole('link', { name: terminal.serial }).waitFor()
      expect(await page.content()).not.toContain(PAN)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
