import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppFleet, connect, makeSet, openAppFleet, playApps, uploadApp } from '../support/app-fleet'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { play } from '../support/played-fleet'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
const LOYALTY = 'com.example.loyalty'
const COUPONS = 'com.example.coupons'
/** Refusals that a page means to get are complaints of the browser all the same. */
const isMeant = (complaint: string) => /status of (409|422)/.test(complaint)

/** What operators do with sets of applications, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('sets of applications', () => {
  let app: WebApp
  const fleets: AppFleet[] = []

  beforeAll(async () => {
    app = await startWebApp()
    for (const [name, code] of [
      ['loyalty', 41],
      ['loyalty', 42],
      ['coupons', 7],
    ] as const)
      await uploadApp(app, name, code)
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
  const add = async (page: Page, text: string, option = text) => {
    const field = page.getByLabel('Add an application')
    await field.fill(text)
    await page.getByRole('option', { name: option }).first().click()
    await page.keyboard.press('Escape')
  }

  it(
    'are made, show how far their terminals are without a reload, and lose an application again',
    async () => {
      const { page, context, complaints } = await app.openAt('/apps/sets/new')
      await page.getByRole('textbox', { name: 'Name' }).fill('Shops by the sea')
      await add(page, 'Loyalty')
      await add(page, 'Coupons')
      await add(page, 'com.example.blocks')
      const lines = page.getByRole('list', { name: 'Applications in the order' })
      expect(await lines.getByRole('listitem').count()).toBe(3)
      await lines.getByLabel('What is wanted').first().selectOption('version')
      await lines.getByLabel('Version', { exact: true }).selectOption('41')
      await page.getByRole('button', { name: 'Move Coupons up' }).click()
      await page.getByText('Coupons is now 1 of 3.').waitFor()
      await page.getByLabel('Remove everything else').check()
      await page.getByText('Every application that the set does not name is removed').waitFor()
      await expectAccessible(page)
      await page.getByLabel('Remove everything else').uncheck()
      await page.getByRole('button', { name: 'Make the set' }).click()
      await page.getByRole('heading', { level: 1, name: 'Shops by the sea' }).waitFor()
      await page.getByText('No terminal that you see is connected').first().waitFor()
      const setId = new URL(page.url()).pathname.split('/').at(-1) ?? ''

      const { terminals } = await fleetOf(4)
      await connect(app, setId, terminals)
      await page.reload()
      await page.getByText('0 of 4 as the set says').waitFor()
      await page.getByRole('button', { name: /^Will change 4/ }).waitFor()
      await expectAccessible(page)
      await playApps(terminals)
      await page.getByText('4 of 4 as the set says').waitFor({ timeout: 40_000 })

      await page.getByRole('link', { name: 'Change', exact: true }).click()
      await page.getByRole('button', { name: 'Remove Coupons' }).click()
      await page.getByRole('heading', { name: 'Removed' }).waitFor()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Revision 2').first().waitFor()
      await playApps(terminals)
      for (const { terminal } of terminals) {
        const names = terminal.persona.apps?.reported().map((one) => one.package)
        expect(names).toContain(LOYALTY)
        expect(names).not.toContain(COUPONS)
      }
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'that go in waves wait until they are released, are restored and compared',
    async () => {
      const { terminals } = await fleetOf(2)
      const { id, edition } = await makeSet(
        app,
        'In waves',
        [{ package: LOYALTY, want: 'version', versionCode: 41 }],
        {
          goesInWaves: true,
        },
      )
      await connect(app, id, terminals)
      await playApps(terminals)
      await app.admin.tell('appSets.update', {
        ...{ setId: id, edition },
        lines: [
          { package: LOYALTY, want: 'version', versionCode: 42 },
          { package: COUPONS, want: 'newest' },
        ],
      })
      const { page, context, complaints } = await app.openAt(`/apps/sets/${id}`)
      await page.getByText('Revision 2 waits; terminals are led to revision 1').waitFor()
      await expectAccessible(page)
      expect(await play(terminals, () => ({}), 'apps')).toEqual([])

      await page.getByRole('link', { name: 'What changes' }).click()
      await page.getByText('2 applications differ').waitFor()
      await expectAccessible(page)
      await page.goBack()

      await page.getByRole('button', { name: 'Release to all at once' }).click()
      const dialog = page.getByRole('dialog', { name: 'Release revision 2' })
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Release to all' }).click()
      await page.getByText('“In waves” is released').waitFor()
      await playApps(terminals)

      await page.getByRole('tab', { name: /Revisions/ }).click()
      await page.getByText('New: Coupons').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Restore revision 1' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
      await page.getByText('Revision 3 waits; terminals are led to revision 2').waitFor()
      await page.getByText('No longer named: Coupons').waitFor()

      await page.getByRole('link', { name: 'Start a rollout in waves' }).click()
      await page.getByText('2 terminals').first().waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: /^Start: 2 terminals/ }).click()
      await page.getByRole('link', { name: 'In waves', exact: true }).waitFor()
      await page.getByText('Set of applications:').waitFor()
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'tell who was faster, are copied, and are deleted once no terminal has them',
    async () => {
      const { terminals } = await fleetOf(1)
      const { id, edition } = await makeSet(app, 'Raced', [{ package: LOYALTY, want: 'newest' }])
      await connect(app, id, terminals)
      const { page, context, complaints } = await app.openAt(`/apps/sets/${id}/edit`)
      await page.getByLabel('Notes').fill('mine')
      await app.admin.tell('appSets.update', { setId: id, edition, notes: 'faster' })
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('changed this set meanwhile').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Save mine in its place' }).click()
      await page.getByRole('heading', { level: 1, name: 'Raced' }).waitFor()
      await page.getByText('mine', { exact: true }).waitFor()

      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Delete the set' }).click()
      await page.getByText('Terminals are connected to this set: 1').waitFor()

      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: 'Copy' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('heading', { level: 1, name: 'Raced (copy)' }).waitFor()
      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Delete the set' }).click()
      await page.getByRole('heading', { level: 1, name: 'Sets of applications' }).waitFor()
      expect(await page.getByRole('link', { name: 'Raced (copy)' }).count()).toBe(0)
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'remove nothing that is protected; names are put on that list, and taken off',
    async () => {
      const { page, context, complaints } = await app.openAt('/apps/protected')
      await page.getByLabel('Package').fill('com..pos')
      await page.getByRole('button', { name: 'Protect', exact: true }).click()
      await page.getByText('A protected name is a package').waitFor()
      await page.getByLabel('Package').fill('com.example.kept')
      await page.getByLabel('Why').fill('The bank wants it')
      await page.getByRole('button', { name: 'Protect', exact: true }).click()
      await page.getByText('com.example.kept is protected').waitFor()
      await page.getByText('The bank wants it').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Protect no longer: com.example.kept' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Protect no longer' }).click()
      await page.getByText('com.example.kept is no longer protected').waitFor()
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
