import { readFile } from 'node:fs/promises'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { readPdf } from '../support/pdf'
import { handOverSlip } from '../support/slips'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 60_000
const RRN = '632700999001'
/** The largest amount that a slip may have. */
const MOST_AMOUNT = 9_999_999_999_999
/** Pixels between two texts of a line. */
const LEAST_GAP = 6

/** What somebody does who is asked for a slip, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('who looks for a slip', () => {
  let app: WebApp
  let slipId: string

  beforeAll(async () => {
    app = await startWebApp()
    slipId = await handOverSlip(app, { rrn: RRN })
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  it(
    'finds it by its RRN, sees the paper, and takes it along as PDF',
    async () => {
      const { page, complaints, context } = await app.openAt('/eslip/search')
      await page.getByRole('textbox', { name: 'RRN' }).fill(RRN)
      await page.keyboard.press('Enter')
      await page.waitForURL(`**/eslip/search?*rrn=${RRN}*`)
      const table = page.getByRole('table', { name: 'Slips' })
      await table.getByText('RUB 1,250.50').waitFor()
      // An RRN is looked for in all slips there are; sums want a period.
      await page.getByText('7 days', { exact: true }).click()
      await page.waitForURL(/period=week/)
      await page.getByRole('table', { name: 'Totals' }).getByText('1 slip', { exact: true }).waitFor()
      await expectAccessible(page)
      await table.getByRole('link').first().click()
      await page.waitForURL(`**/eslip/search/${slipId}`)
      await page.getByRole('heading', { level: 1, name: 'Sale, RUB 1,250.50' }).waitFor()
      const paper = page.getByRole('region', { name: 'The receipt' })
      expect(await paper.textContent()).toContain('ЧАЙНАЯ ЛАВКА')
      await page.getByText('The amount exceeds the floor limit').waitFor()
      await page.getByRole('tab', { name: 'Customer copy' }).click()
      await paper.getByText('ОПЛАТА').waitFor()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'PDF' }).click(),
      ])
      expect(download.suggestedFilename()).toContain(slipId)
      expect(readPdf(await readFile(await download.path())).lines).toEqual(['ОПЛАТА'])
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'is told what cannot be looked for, before anything is asked',
    async () => {
      const { page, context } = await app.openAt('/eslip/search')
      await page.getByLabel('Last four digits').fill('12')
      await page.getByLabel('Amount from').fill('many')
      await page.getByRole('button', { name: 'Find' }).click()
      await page.getByText('Four digits', { exact: true }).waitFor()
      await page.getByText('A number such as 1250.50').waitFor()
      expect(new URL(page.url()).search).toBe('')
      await page.getByLabel('Last four digits').fill('3456')
      await page.getByLabel('Amount from').fill('1250,50')
      await page.getByRole('button', { name: 'Find' }).click()
      await page.waitForURL('**/eslip/search?*last4=3456*')
      await page.getByRole('table', { name: 'Slips' }).getByText('RUB 1,250.50').waitFor()
      await context.close()
    },
    LIMIT_MS,
  )

  it.each([1440, 390])(
    'reads the sums of five currencies %i pixels wide, none of them near another',
    async (width) => {
      const rrn = `6327009990${width}`
      for (const currency of ['UZS', 'KZT', 'AMD', 'RUB', 'BYN'])
        await handOverSlip(app, { rrn, amount: MOST_AMOUNT, currency })
      await handOverSlip(app, { rrn, amount: MOST_AMOUNT - 7, currency: 'UZS', type: 'refund' })
      await handOverSlip(app, { rrn, amount: 5, currency: 'KZT', result: 'declined' })
      const height = width === 390 ? 844 : 900
      const { page, context } = await app.openAt(`/eslip/search?period=week&rrn=${rrn}`, {
        viewport: { width, height },
      })
      const totals = page.getByRole('region', { name: 'Totals' })
      await totals.getByText('UZS 99,999,999,999.99').first().waitFor()
      const boxes = await textBoxes(totals)
      const tooNear = boxes.flatMap((one, index) =>
        boxes
          .slice(index + 1)
          .filter(({ left, right }) => left < one.right + LEAST_GAP && one.left < right + LEAST_GAP)
          .filter(({ top, bottom }) => top < one.bottom - 2 && one.top < bottom - 2)
          .map((other) => [one.text, other.text]),
      )
      expect(tooNear).toEqual([])
      expect(Math.max(...boxes.map(({ right }) => right))).toBeLessThanOrEqual(width)
      const rows = await totals.getByRole('row').evaluateAll((all) => all.map((one) => one.clientHeight))
      if (width === 1440) expect(Math.max(...rows)).toBeLessThan(40)
      // The list begins where it is seen at once.
      const list = await page.getByRole('table', { name: 'Slips' }).boundingBox()
      if (width === 1440) expect(list?.y).toBeLessThan(height - 120)
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'sees no sums of nothing where only settlements were found',
    async () => {
      const rrn = '632700999003'
      await handOverSlip(app, { rrn, type: 'settlement' })
      const { page, context } = await app.openAt(`/eslip/search?period=week&rrn=${rrn}`)
      const totals = page.getByRole('region', { name: 'Totals' })
      await totals.getByText('Not in the sums: 1 slip').waitFor()
      expect(await totals.getByRole('table').count()).toBe(0)
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'takes all that was found along as one table',
    async () => {
      const { page, context } = await app.openAt(`/eslip/search?rrn=${RRN}`)
      await page.getByRole('table', { name: 'Slips' }).getByText('RUB 1,250.50').waitFor()
      await page.getByRole('button', { name: 'Download' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Table, CSV' }).click(),
      ])
      const text = await readFile(await download.path(), 'utf8')
      expect(text.trim().split('\n')).toHaveLength(2)
      expect(text).toContain(RRN)
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'prints the paper and nothing else',
    async () => {
      const { page, context } = await app.openAt(`/eslip/search/${slipId}`)
      await page.getByRole('region', { name: 'The receipt' }).waitFor()
      await page.emulateMedia({ media: 'print' })
      const shown = await page.evaluate(() =>
        [...document.querySelectorAll('p, h1, h2, a, button, dd')].flatMap((one) =>
          one.checkVisibility() ? [one.textContent] : [],
        ),
      )
      expect(shown.map((text) => text?.trim()).filter(Boolean)).toEqual([
        'ЧАЙНАЯ ЛАВКА',
        'ОПЛАТА            1 250,50',
        'ОДОБРЕНО',
      ])
      await context.close()
    },
    LIMIT_MS,
  )
})

/** Where each piece of text stands that is seen. */
function textBoxes(place: Locator) {
  return place.evaluate((root) => {
    const found: { text: string; left: number; right: number; top: number; bottom: number }[] = []
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (!node.parentElement?.checkVisibility() || node.parentElement.closest('.sr-only, thead')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const { left, right, top, bottom } = range.getBoundingClientRect()
      if (right > left) found.push({ text: node.textContent ?? '', left, right, top, bottom })
    }
    return found
  })
}
