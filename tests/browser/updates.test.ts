import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingForBrowser } from '../support/chromium'
import { advance, openFleet, type PlayedFleet, play } from '../support/played-fleet'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 240_000
const FLEET = 100
/** Of the first wave of twenty, and of all that come later. */
const FAILING = { first: 4, later: 6 } as const

/** One update from the rule to the last terminal, by a real browser on the built server, while a hundred terminals play. */
describe.skipIf(missingForBrowser() !== undefined)(
  'an update for a hundred terminals of which ten fail',
  () => {
    let app: WebApp
    let fleet: PlayedFleet

    beforeAll(async () => {
      app = await startWebApp()
      fleet = await openFleet(app, FLEET, 'System of the winter')
    }, 300_000)

    afterAll(async () => {
      fleet?.close()
      await app?.stop()
    })

    const explain = async (serial: string, ...words: (string | RegExp)[]) => {
      const terminalId = fleet.terminals.find((one) => one.serial === serial)?.id ?? ''
      const { page, context } = await app.openAt(`/monitoring/status/${terminalId}?tab=updates`)
      const rule = page.getByRole('listitem').filter({ hasText: fleet.ruleName }).first()
      for (const one of words) await rule.getByText(one).first().waitFor()
      await context.close()
    }
    /** The number of terminals that stand so. */
    const count = (page: Page, what: string, number: number) =>
      page
        .getByRole('button', { name: `${what} ${number}: show the terminals`, exact: true })
        .first()
        .waitFor()

    it(
      'halts at its threshold, is resumed, finishes, and says of each terminal why',
      async () => {
        const { page, context, complaints } = await app.openAt(`/updates/rules/${fleet.ruleId}`)
        await page.getByText(`${FLEET} terminals`, { exact: true }).waitFor()
        expect(await page.getByRole('button', { name: /^Would update: show/ }).textContent()).toBe(`${FLEET}`)
        await page.getByRole('link', { name: 'Start a rollout' }).click()
        const wave = (number: number) => page.getByRole('group', { name: `Wave ${number}` })
        await wave(1).getByLabel('Share, %').fill('20')
        // Out of reach with four failures: the rollout's own beat must not open the next wave before they are there.
        await wave(1).getByLabel('Success goal, %').fill('85')
        await wave(1).getByLabel('Error limit, %').fill('20')
        await wave(2).getByLabel('Share, %').fill('40')
        await wave(2).getByLabel('Success goal, %').fill('80')
        await wave(2).getByLabel('Error limit, %').fill('20')
        await wave(3).getByLabel('Success goal, %').fill('80')
        await wave(3).getByLabel('Error limit, %').fill('20')
        await page.getByLabel('Tries after the first').fill('0')
        await page.getByRole('button', { name: `Start: ${FLEET} terminals` }).click()
        await count(page, 'Waiting', FLEET)

        // The last ones: the rollout's own beat may halt it as soon as they have failed.
        const pilot = await play(fleet.terminals, (at) => (at >= 20 - FAILING.first ? { failRate: 1 } : {}))
        expect(pilot).toHaveLength(20)
        await advance(app)
        await page.getByText('Wave 1: 4 of 20 failed, the limit is 20%.').first().waitFor()
        await count(page, 'Succeeded', 16)
        const waiting = fleet.terminals.find(({ serial }) => !pilot.includes(serial))?.serial ?? ''
        await explain(waiting, 'Waits', /came to a halt because of failures/)

        await page.getByRole('tab', { name: 'History' }).click()
        await page.getByRole('button', { name: 'Resume', exact: true }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
        await count(page, 'Failed, excused', FAILING.first)
        await advance(app)
        await page.getByText('Wave 2 opened').waitFor()
        const share = await play(fleet.terminals, (at) => (at < FAILING.later ? { failRate: 1 } : {}))
        // That beat may open the next one as soon as enough have succeeded.
        expect(share.length).toBeGreaterThanOrEqual(40)
        await advance(app)
        await page.getByText('Wave 3 opened').waitFor()
        await play(fleet.terminals)
        await advance(app)
        await page.getByText('Every wave reached its success threshold').waitFor()
        await count(page, 'Succeeded', FLEET - FAILING.first - FAILING.later)

        await explain(pilot.at(-1) ?? '', /failed on .*it is not tried again by itself/)
        await explain(pilot[0] ?? '', 'has all that the rule asks for')
        expect(complaints).toEqual([])
        await context.close()
      },
      LIMIT_MS,
    )
  },
)
