import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { advance, openFleet, type PlayedFleet, play } from '../support/played-fleet'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 180_000
/** Refusals that a page means to get are complaints of the browser all the same. */
const isMeant = (complaint: string) => /status of (409|422)/.test(complaint)

/** What operators do with rollouts, by a real browser on the built server, while terminals play. */
describe.skipIf(missingForBrowser() !== undefined)('rollouts', () => {
  let app: WebApp
  const fleets: PlayedFleet[] = []

  beforeAll(async () => {
    app = await startWebApp()
  }, 300_000)

  afterAll(async () => {
    for (const fleet of fleets) fleet.close()
    await app?.stop()
  })

  async function fleetOf(size: number, ruleName: string): Promise<PlayedFleet> {
    const fleet = await openFleet(app, size, ruleName)
    fleets.push(fleet)
    return fleet
  }
  const start = async (ruleId: string, name: string, waves: object[]) => {
    const made = await app.admin.tell('rollouts.start', { ruleId, name, waves })
    return made as { rolloutId: string }
  }
  const choose = async (page: Page, command: string, answer: string | RegExp) => {
    await page.getByRole('button', { name: command, exact: true }).click()
    const question = page.getByRole('dialog')
    await expectAccessible(page)
    await question.getByRole('button', { name: answer }).click()
  }
  /** The number of terminals that stand so. */
  const count = (page: Page, what: string, number: number) =>
    page
      .getByRole('button', { name: `${what} ${number}: show the terminals`, exact: true })
      .first()
      .waitFor()

  it(
    'are started from a rule, halt at their threshold under the eyes of the operator, are resumed and finish',
    async () => {
      const { ruleId, terminals } = await fleetOf(20, 'Rolled out')
      const { page, context, complaints } = await app.openAt(`/updates/rules/${ruleId}`)
      await page.getByRole('link', { name: 'Start a rollout' }).click()
      await page.getByRole('heading', { level: 1, name: 'Start a rollout' }).waitFor()
      await page.getByRole('button', { name: 'Start: 20 terminals' }).waitFor()
      await expect.poll(() => page.getByLabel('Name').inputValue()).toContain('Rolled out, ')
      await page.getByLabel('Name').fill('Under watch')
      const wave = (number: number) => page.getByRole('group', { name: `Wave ${number}` })
      await wave(1).getByLabel('Share, %').fill('0')
      await wave(1).getByLabel('Share, %').blur()
      await wave(1).getByText('A share above 0, up to 100').waitFor()
      await wave(1).getByLabel('Share, %').fill('101,5')
      await wave(1).getByLabel('Share, %').fill('50')
      await wave(2).getByLabel('Takes').selectOption('count')
      await wave(2).getByLabel('Terminals').fill('11')
      await page.getByText('The waves take more terminals than there are: 20').first().waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Remove wave 2' }).click()
      await page.getByRole('button', { name: 'Start: 20 terminals' }).click()

      await page.getByRole('heading', { level: 1, name: 'Under watch' }).waitFor()
      await count(page, 'Waiting', 20)
      await page.getByText('Live', { exact: true }).waitFor()
      const offered = await play(terminals, (at) => (at < 2 ? { failRate: 1 } : {}))
      expect(offered.length, 'the first wave alone').toBe(10)
      await advance(app)
      // The default retries once by itself: what failed waits for its next try, and the wave is not passed.
      await count(page, 'Succeeded', 8)
      await count(page, 'Waiting', 12)
      expect(await page.getByRole('button', { name: 'Retry failed' }).count()).toBe(0)
      await context.close()
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])

      const other = await fleetOf(20, 'Without retries')
      const waves = [{ percent: 50, errorPercent: 20 }, {}]
      const { rolloutId } = await start(other.ruleId, 'Halts', waves)
      const live = await app.openAt(`/updates/rollouts/${rolloutId}`)
      await count(live.page, 'Waiting', 20)
      // The last two: the rollout's own beat may halt it as soon as they have failed.
      await play(other.terminals, (at) => (at >= 8 ? { failRate: 1 } : {}))
      await advance(app)
      await live.page.getByText('Wave 1: 2 of 10 failed, the limit is 20%.').first().waitFor()
      await count(live.page, 'Failed', 2)
      await expectAccessible(live.page)
      expect(await play(other.terminals), 'nothing while it is halted').toEqual([])

      await live.page.getByRole('button', { name: 'Failed 2: show the terminals' }).click()
      await expect.poll(() => live.page.getByRole('row').count()).toBe(3)
      await live.page.getByRole('tab', { name: 'History' }).click()
      await live.page.getByText('Halted by itself').waitFor()
      await expectAccessible(live.page)

      await live.page.getByRole('button', { name: 'Resume', exact: true }).click()
      await live.page.getByText('2 failures are excused').waitFor()
      await live.page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
      await live.page.getByText('“Halts” goes on').waitFor()
      await count(live.page, 'Failed, excused', 2)
      await advance(app)
      await live.page.getByText('Wave 2 opened').waitFor()
      await play(other.terminals)
      await advance(app)
      await live.page.getByText('Every wave reached its success threshold').waitFor()
      await count(live.page, 'Succeeded', 18)
      expect(await live.page.getByRole('button', { name: /^(Pause|Resume|Stop)$/ }).count()).toBe(0)
      expect(live.complaints).toEqual([])

      await choose(live.page, 'Retry failed', 'Retry 2 terminals')
      await live.page.getByText('2 terminals are tried again').waitFor()
      await advance(app)
      expect((await play(other.terminals)).length).toBe(2)
      await advance(app)
      await count(live.page, 'Succeeded', 20)
      await live.context.close()
    },
    LIMIT_MS,
  )

  it(
    'are paused, and steered only as they were seen; stopped for good they take back what is not installed',
    async () => {
      const { ruleId, terminals } = await fleetOf(4, 'Steered')
      const { rolloutId } = await start(ruleId, 'Raced', [{}])
      const { page, context, complaints } = await app.openAt(`/updates/rollouts/${rolloutId}`)
      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await page.getByText('“Raced” is paused').waitFor()
      expect(await play(terminals)).toEqual([])

      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await page.getByText('4 waiting').waitFor()
      const { revision } = (await app.admin.ask('rollouts.get', { rolloutId })) as { revision: number }
      await app.admin.tell('rollouts.resume', { rolloutId, revision })
      await page.getByRole('button', { name: 'Stop for good' }).click()
      await page.getByText('The rollout has changed meanwhile').waitFor()
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
      expect(await app.admin.ask('rollouts.get', { rolloutId })).toMatchObject({ state: 'running' })

      await choose(page, 'Stop', 'Stop for good')
      await page.getByText('It was stopped for good').waitFor()
      expect(await play(terminals)).toEqual([])
      await page.goto(`${app.url}/updates/rollouts?ruleId=${ruleId}`)
      await page.getByRole('row', { name: /Raced/ }).getByText('Stopped').waitFor()
      await expectAccessible(page)
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are refused at the field that is wrong, and say by which rollout the rule is on its way',
    async () => {
      const { ruleId } = await fleetOf(2, 'Taken')
      const { page, context, complaints } = await app.openAt(`/updates/rollouts/new?ruleId=${ruleId}`)
      await page.getByRole('button', { name: 'A pilot group, then the rest' }).click()
      await page.getByRole('button', { name: /^Start/ }).click()
      await page.getByText('Choose the group that goes first.').waitFor()
      await page.getByRole('combobox', { name: 'Group' }).fill('Pilot')
      await page.getByRole('option', { name: 'Pilot', exact: true }).click()
      await page.getByText('None of these terminals is in the group').waitFor()
      const { rolloutId } = await start(ruleId, 'Was faster', [{}])
      await page.getByRole('button', { name: 'Start: 2 terminals' }).click()
      const rule = page.getByRole('combobox', { name: 'Rule' })
      await expect.poll(() => rule.getAttribute('aria-invalid')).toBe('true')
      await page.getByText('on its way by the rollout “Was faster”').first().waitFor()
      await expectAccessible(page)
      await page.goto(`${app.url}/updates/rollouts/new?ruleId=${ruleId}`)
      await page.getByRole('link', { name: 'Was faster' }).click()
      await page.waitForURL(`**/updates/rollouts/${rolloutId}`)
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are shown to viewers, who steer nothing, in their own language on a telephone',
    async () => {
      const { ruleId } = await fleetOf(3, 'Looked at')
      const { rolloutId } = await start(ruleId, 'Watched', [{ count: 1 }, {}])
      const account = { username: 'onlooker', password: 'looks at rollouts, steers none 1' }
      await app.admin.tell('operators.create', { ...account, role: 'viewer' })
      const { page, context, complaints } = await app.openAs(account, {
        locale: 'ru-RU',
        viewport: { width: 390, height: 844 },
      })
      await page.goto(`${app.url}/updates/rollouts/${rolloutId}`)
      await page.getByText('Идёт открытая волна.').waitFor()
      await page.getByRole('button', { name: 'Ожидает 3: показать терминалы' }).waitFor()
      const steering = /^(Приостановить|Продолжить|Прекратить|Повторить ошибки)$/
      expect(await page.getByRole('button', { name: steering }).count()).toBe(0)
      await expectAccessible(page)
      await page.goto(`${app.url}/updates/rollouts`)
      await page.getByRole('link', { name: 'Watched' }).waitFor()
      expect(await page.getByRole('link', { name: 'Запустить раскатку' }).count()).toBe(0)
      await page.goto(`${app.url}/updates/rollouts/new`)
      await page.getByRole('heading', { level: 1, name: 'Нет доступа' }).waitFor()
      expect(await page.getByRole('combobox').count()).toBe(0)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
