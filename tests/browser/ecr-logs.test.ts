import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { type EcrTerminal, openEcrTerminal } from '../support/ecr-logs'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
const ROWS = 5_000
/** Published by a card scheme for tests; as it must never be seen again. */
const PAN = '4111111111111111'
const RUSSIAN = { locale: 'ru-RU', colorScheme: 'dark' as const }

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

  it(
    'that are ticked are saved as one ZIP',
    async () => {
      for (const name of ['one.log', 'two.log', 'three.log']) await terminal.handOver(name, Buffer.from(name))
      const { page, context, complaints } = await app.openAt('/monitoring/ecr-logs')
      for (const name of ['one.log', 'three.log'])
        await page.getByRole('checkbox', { name: `${terminal.serial}, ${name}` }).check()
      await page.getByText('2 selected').waitFor()
      await expectAccessible(page)
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Save as ZIP', exact: true }).click()
      const file = readFileSync(await (await download).path())
      const held = ['one.log', 'two.log', 'three.log'].filter((name) => file.includes(name.slice(0, -4)))
      expect(held).toEqual(['one.log', 'three.log'])
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'that a terminal cannot send: its reason is shown; what is still open is cancelled',
    async () => {
      const ask = (day: number) =>
        app.admin.tell('ecrLogs.request', {
          terminalId: terminal.id,
          from: `2026-10-0${day}T00:00:00Z`,
          to: `2026-10-0${day + 1}T00:00:00Z`,
        })
      await ask(1)
      await expect.poll(() => terminal.refuseRequests('not_supported'), { timeout: 10_000 }).toBe(1)
      const { page, context, complaints } = await app.openAt(
        `/monitoring/status/${terminal.id}?tab=ecr-logs`,
        RUSSIAN,
      )
      await page.getByText('Терминал не передаёт журналы').waitFor({ timeout: 30_000 })
      await page.getByText('Терминал этого не поддерживает').waitFor()
      await ask(2)
      await page.getByRole('button', { name: 'Отменить запрос' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Отменить запрос' }).click()
      await page.getByRole('cell', { name: 'Запрос отменён' }).waitFor()
      expect(await page.getByRole('button', { name: 'Отменить запрос' }).count()).toBe(0)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it.each([
    ['English', {}, 'Audit'],
    ['Russian', RUSSIAN, 'Аудит'],
  ])(
    'stand among the tabs of a terminal, which fit a desk in %s and say so where they do not',
    async (_language, options, last) => {
      const { page, context } = await app.openAt(`/monitoring/status/${terminal.id}`, {
        ...options,
        viewport: { width: 1440, height: 900 },
      })
      await page.getByRole('tab', { name: last }).waitFor()
      const hidden = () =>
        page.getByRole('tablist').evaluate((list) => Math.max(0, list.scrollWidth - list.clientWidth))
      expect(await hidden(), 'pixels out of sight').toBe(0)
      expect(await page.locator('[data-more]').count()).toBe(0)
      await page.setViewportSize({ width: 390, height: 844 })
      await page.locator('[data-more="after"]').click()
      await page.locator('[data-more="before"]').waitFor()
      await expectAccessible(page)
      await page.goto(`${page.url()}?tab=audit`)
      await page.getByRole('tab', { name: last, selected: true }).waitFor()
      await expect.poll(() => page.locator('[data-more="after"]').count()).toBe(0)
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'aside: of many applications that a terminal reports, those of its system are folded away and found',
    async () => {
      const apps = Array.from({ length: 120 }, (_, n) => ({
        package: `com.android.part${n}`,
        versionCode: n + 1,
      }))
      await terminal.report({ apps })
      const { page, context, complaints } = await app.openAt(`/monitoring/status/${terminal.id}?tab=apps`)
      const fold = page.getByText('120 other applications on the terminal')
      await fold.waitFor()
      expect(await page.getByText('com.android.part7', { exact: true }).count()).toBe(0)
      await fold.click()
      const others = page.getByRole('list', { name: 'Other applications' }).getByRole('listitem')
      await expect.poll(() => others.count()).toBe(50)
      await page.getByRole('button', { name: 'Show more (70 left)' }).click()
      await expect.poll(() => others.count()).toBe(100)
      await expectAccessible(page)
      await page.getByLabel('Find a package').fill('part119')
      await expect.poll(() => others.count()).toBe(1)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
