import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppFleet, connect, makeSet, openAppFleet, playApps, uploadApp } from '../support/app-fleet'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
const LOYALTY = 'com.example.loyalty'
const TICKETS = 'com.example.tickets'

/** How terminals come to their sets and what is seen of that on each, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('connecting terminals to sets', () => {
  let app: WebApp
  const fleets: AppFleet[] = []

  beforeAll(async () => {
    app = await startWebApp()
    await uploadApp(app, 'loyalty', 41)
    await uploadApp(app, 'tickets', 30)
  }, 300_000)

  afterAll(async () => {
    for (const fleet of fleets) fleet.close()
    await app?.stop()
  })

  async function fleetOf(size: number): Promise<AppFleet> {
    const fleet = await openAppFleet(app, size)
    fleets.push(fleet)
    return fleet
  }

  it(
    'shows what would be installed on twenty of them before it is done, and what goes where they leave another set',
    async () => {
      const { terminals } = await fleetOf(20)
      const first = await makeSet(app, 'First', [{ package: LOYALTY, want: 'newest' }])
      const second = await makeSet(app, 'Second', [{ package: TICKETS, want: 'newest' }])
      const { page, context, complaints } = await app.openAt(`/profile/app-sets?set=${first.id}`)
      await page.getByLabel('For whom').selectOption('serials')
      await page
        .getByLabel('Serial numbers')
        .fill(['NOBODY-1', ...terminals.map(({ serial }) => serial)].join('\n'))
      await page.getByText('20 terminals get the set').waitFor()
      await page.getByText('1 is unknown').waitFor()
      await page.getByRole('heading', { name: 'Installed' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Connect 20 terminals' }).click()
      await page.getByText('20 terminals connected').first().waitFor()
      await playApps(terminals)

      const combo = page.getByRole('combobox', { name: 'Set of applications' })
      await combo.fill('Second')
      await page.getByRole('option', { name: 'Second' }).click()
      expect(await page.getByLabel('Serial numbers').inputValue()).toContain('NOBODY-1')
      await page.getByText('They leave the sets that they have now').waitFor()
      await page.getByRole('heading', { name: 'Removed' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Connect 20 terminals' }).click()
      const dialog = page.getByRole('dialog', { name: 'Connect 20 terminals?' })
      await dialog.getByText('These applications are removed with their data').waitFor()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Connect 20 terminals' }).click()
      await page.getByRole('link', { name: 'Watch how far they are' }).waitFor()
      await playApps(terminals)
      for (const { terminal } of terminals)
        expect(terminal.persona.apps?.reported().map((one) => one.package)).not.toContain(LOYALTY)
      expect(second.id).not.toBe(first.id)

      await page.getByText('Disconnect', { exact: true }).click()
      await page.getByRole('button', { name: 'Disconnect 20 terminals' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
      await page.getByText('20 terminals disconnected').first().waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'is reached from a filter of Monitoring, with the choice filled',
    async () => {
      const { page, context, complaints } = await app.openAt('/monitoring/status?platform=feitian-f20')
      await page.getByRole('link', { name: 'Connect applications' }).click()
      await page.getByRole('heading', { level: 1, name: 'Connect terminals to a set' }).waitFor()
      expect(await page.getByLabel('For whom').inputValue()).toBe('filter')
      await page.getByText('Choose a set to see what would change').waitFor()
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'is done on the page of one terminal, which says what it has, what it is to have and why it has not',
    async () => {
      const { terminals } = await fleetOf(1)
      const [played] = terminals
      const set = await makeSet(app, 'Counters', [
        { package: LOYALTY, want: 'newest' },
        { package: 'com.example.blocks', want: 'absent' },
      ])
      const { page, context, complaints } = await app.openAt(`/monitoring/status/${played?.id}?tab=apps`)
      await page.getByText('It is connected to no set').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: `Connect ${played?.serial} to a set` })
      await dialog.getByRole('combobox', { name: 'Set of applications' }).fill('Counters')
      await page.getByRole('option', { name: 'Counters' }).click()
      await dialog.getByText('1 terminal gets the set').waitFor()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByText('Will be installed').waitFor()
      await page.getByText('Is offered at its next check-in').waitFor()

      await playApps(terminals, () => ({ failRate: 1 }))
      await page
        .getByText(/failed on .*it is not tried again by itself/)
        .first()
        .waitFor({ timeout: 40_000 })
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Offer again' }).first().click()
      await page.getByText('Will be installed').waitFor()
      await playApps(terminals)
      await page.getByText('As the set says').first().waitFor({ timeout: 40_000 })
      await page.getByText('+ com.example.loyalty 4.1').first().waitFor()

      await page.goto(`${app.url}/profile/terminals/${played?.id}`)
      await page.getByRole('link', { name: 'Counters' }).first().waitFor()
      await expectAccessible(page)
      await page.goto(`${app.url}/monitoring/status/${played?.id}?tab=apps`)
      await page.getByRole('button', { name: 'Disconnect' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
      await page.getByText('It is connected to no set').waitFor()
      await page.getByText('Disconnected:').waitFor()
      expect(set.id).not.toBe('')
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it.each([
    ['wide', 1440],
    ['narrow', 390],
  ])(
    'is done in Russian too, %s',
    async (_name, width) => {
      const { terminals } = await fleetOf(1)
      const set = await makeSet(app, `Кассы ${width}`, [{ package: LOYALTY, want: 'newest' }])
      await connect(app, set.id, terminals)
      const options = { locale: 'ru-RU', colorScheme: 'dark' as const, viewport: { width, height: 900 } }
      const { page, context, complaints } = await app.openAt(`/apps/sets/${set.id}`, options)
      await page.getByText('Соответствуют набору: 0 из 1').waitFor()
      await expectAccessible(page)
      await page.goto(`${app.url}/monitoring/status/${terminals[0]?.id}?tab=apps`)
      await page.getByText('Будет установлено').waitFor()
      await expectAccessible(page)
      await page.goto(`${app.url}/profile/app-sets?set=${set.id}&by=tids`)
      await page.getByText('Вставьте TID').waitFor()
      await expectAccessible(page)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
