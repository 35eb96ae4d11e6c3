import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 90_000
const PLATFORM = 'wiseasy-wpos3'

interface Terminal {
  id: string
  serial: string
  state: string
  tids: { acquirer: string; tid: string }[]
}

/** What operators do in section Profile, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('section Profile', () => {
  let app: WebApp
  let packageId: string
  let active: Terminal[]

  beforeAll(async () => {
    app = await startWebApp()
    const packages = (await app.admin.ask('packages.list', { platform: PLATFORM, limit: 50 })) as {
      items: { id: string }[]
    }
    packageId = packages.items[0]?.id ?? ''
    const asked = { platform: PLATFORM, state: 'active', limit: 100 }
    const { items } = (await app.admin.ask('terminals.list', asked)) as { items: Terminal[] }
    active = items.filter(({ tids }) => tids.length === 1)
    expect(active.length).toBeGreaterThan(5)
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  const makeRule = async (name: string) => {
    const rule = { name, platform: PLATFORM, steps: [{ packageId }] }
    return ((await app.admin.tell('updateRules.create', rule)) as { id: string }).id
  }
  const terminal = (index: number) => active[index] as Terminal
  const tidOf = (index: number) => terminal(index).tids[0]?.tid ?? ''
  const assignedTids = async (ruleId: string) => {
    const { items } = (await app.admin.ask('profile.assignments', { ruleId, limit: 200 })) as {
      items: { tid: string }[]
    }
    return items.map(({ tid }) => tid).sort()
  }
  const tell = async (what: 'assign' | 'unassign', ruleId: string, tids: string[]) => {
    const input = { ruleId, what, choice: { by: 'tids', tids } }
    const preview = (await app.admin.ask('profile.previewAssignment', input)) as { fingerprint: string }
    await app.admin.tell('profile.applyAssignment', { ...input, fingerprint: preview.fingerprint })
  }
  const choose = async (field: Locator, typed: string) => {
    await field.fill(typed)
    await field.page().getByRole('option', { name: typed }).first().click()
  }

  it(
    'assigns an update to the TID of whoever is on the phone, says why it waits, and takes it back',
    async () => {
      const ruleId = await makeRule('By phone')
      const { page, context, complaints } = await app.openAt('/profile/assignments')
      await page.getByRole('searchbox', { name: 'TID or S/N' }).fill(tidOf(0))
      const found = page.getByRole('region', { name: 'Terminals found' })
      await found.getByText(terminal(0).serial).waitFor()
      await expectAccessible(page)
      await found.getByRole('button', { name: `Assign an update to ${terminal(0).serial}` }).click()
      const dialog = page.getByRole('dialog')
      await choose(dialog.getByLabel('Update rule'), 'By phone')
      await dialog.getByText('1 assignment is made').waitFor()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
      await page.getByText('1 assignment made').waitFor()
      expect(await assignedTids(ruleId)).toEqual([tidOf(0)])

      await found.getByRole('link').click()
      await page.getByRole('heading', { level: 1, name: terminal(0).serial }).waitFor()
      const rule = page.getByRole('listitem').filter({ hasText: 'By phone' }).first()
      await rule.getByText(`TID ${tidOf(0)}`).waitFor()
      await rule.getByText(/Will update|Waits/).waitFor()
      await page.getByText('Assigned:').waitFor()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'All rules and reasons' }).click()
      await page.getByRole('tab', { name: 'Updates', selected: true }).waitFor()
      await page.getByRole('tab', { name: 'Profile' }).click()
      // What the page asks again by itself leaves the keyboard where it is.
      await page.clock.install()
      await page.reload()
      const unassign = page.getByRole('button', { name: `Unassign: By phone, TID ${tidOf(0)}` })
      await unassign.focus()
      const asked = page.waitForResponse((answer) => answer.url().includes('profile.terminal'))
      await page.clock.fastForward(15_000)
      await (await asked).finished()
      await page.getByText('Assigned:').waitFor()
      expect(await unassign.evaluate((button) => button === document.activeElement)).toBe(true)
      await unassign.click()
      await page.getByRole('dialog').getByRole('button', { name: 'Unassign' }).click()
      await page.getByText('1 assignment removed').waitFor()
      expect(await assignedTids(ruleId)).toEqual([])
      await page.getByRole('button', { name: 'Undo' }).last().click()
      await expect.poll(() => assignedTids(ruleId)).toEqual([tidOf(0)])
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'takes a CSV, says which TIDs are unknown as a list, and assigns to the others',
    async () => {
      const ruleId = await makeRule('By list')
      const { page, context, complaints } = await app.openAt('/profile/assignments/new')
      await choose(page.getByLabel('Update rule'), 'By list')
      await page.getByLabel('For whom').selectOption({ label: 'A CSV file' })
      const lines = ['TID;Комментарий', ...[tidOf(1), tidOf(2), '99999998', '99999999', '2E+07']]
      await page.setInputFiles('input[type="file"]', {
        name: 'tids.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(lines.map((line) => `${line};x`).join('\r\n')),
      })
      await page.getByText('2 assignments are made').waitFor()
      await page.getByText('2 are unknown').waitFor()
      await page.getByText('line 6: 2E+07').waitFor()
      await expectAccessible(page)
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download the list' }).click()
      const saved = readFileSync(await (await download).path(), 'utf8')
      expect(saved.replace('\uFEFF', '').trim().split('\r\n')).toEqual(['99999998', '99999999'])
      await page.getByRole('button', { name: 'Assign 2' }).click()
      await page.getByRole('link', { name: 'Show the list' }).waitFor()
      expect(await assignedTids(ruleId)).toEqual([tidOf(1), tidOf(2)].sort())
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'shows a new preview where meanwhile something else would change, and does nothing before it is agreed to',
    async () => {
      const ruleId = await makeRule('Raced')
      const tids = [tidOf(1), tidOf(2), tidOf(3)]
      const { page, context, complaints } = await app.openAt(
        `/profile/assignments/new?rule=${ruleId}&tids=${tids.join('%20')}`,
      )
      await page.getByText('3 assignments are made').waitFor()
      await tell('assign', ruleId, [tidOf(2)])
      await page.getByRole('button', { name: 'Assign 3' }).click()
      await page.getByText('Meanwhile something else would change').waitFor()
      await page.getByText('2 assignments are made').waitFor()
      await page.getByText('1 has the rule already').waitFor()
      expect(await assignedTids(ruleId)).toEqual([tidOf(2)])
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Assign 2' }).click()
      await page.getByText('2 assignments made').first().waitFor()
      expect(await assignedTids(ruleId)).toEqual(tids.sort())

      await page.getByRole('radio', { name: 'Unassign' }).check({ force: true })
      await page.getByRole('button', { name: 'Unassign 3' }).click()
      await page.getByText('3 assignments removed').first().waitFor()
      expect(await assignedTids(ruleId)).toEqual([])
      await page.getByRole('button', { name: 'Undo' }).last().click()
      await expect.poll(() => assignedTids(ruleId)).toEqual(tids.sort())
      // The race itself is the browser's only complaint.
      expect(complaints.filter((one) => !one.includes('status of 409'))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'replaces a terminal by one that is not registered yet, shows its code once, and takes that back',
    async () => {
      const ruleId = await makeRule('Moves along')
      await tell('assign', ruleId, [tidOf(4)])
      const { page, context, complaints } = await app.openAt(`/profile/terminals/${terminal(4).id}`)
      await page.getByRole('link', { name: 'Replace', exact: true }).click()
      await choose(page.getByLabel('New terminal'), 'PSM-SPARE-1')
      const moves = page
        .getByRole('region')
        .or(page.locator('section'))
        .filter({ hasText: 'What moves' })
        .last()
      await moves.getByText('Moves along').waitFor()
      await moves.getByText(tidOf(4)).waitFor()
      await expectAccessible(page)
      await page
        .getByRole('combobox', { name: 'Platform', exact: true })
        .selectOption({ label: 'Feitian F20' })
      await page.getByText('It is of another platform').waitFor()
      const replace = page.getByRole('button', { name: 'Replace the terminal' })
      await expect.poll(() => replace.isDisabled()).toBe(true)
      await page.getByLabel('Another platform is meant').check()
      await expect.poll(() => replace.isDisabled()).toBe(false)
      await page.getByRole('combobox', { name: 'Platform', exact: true }).selectOption('')
      await page.getByLabel('Another platform is meant').waitFor({ state: 'detached' })
      await page.getByLabel('Reason').fill('screen broken')
      await replace.click()
      await page.getByText(`PSM-SPARE-1 has taken the place of ${terminal(4).serial}`).waitFor()
      await page.getByText('The code is shown this once').waitFor()
      await expectAccessible(page)
      const now = (await app.admin.ask('terminals.get', { terminalId: terminal(4).id })) as Terminal
      expect(now).toMatchObject({ state: 'suspended', tids: [] })

      await page.goto(`${app.url}/profile/swaps`)
      const row = page.getByRole('row', { name: /PSM-SPARE-1/ })
      await row.getByText('screen broken').waitFor()
      await expectAccessible(page)
      await row.getByRole('button', { name: /^Undo/ }).click()
      await page.getByRole('button', { name: 'Take it back' }).click()
      await row.getByText('Undone').waitFor()
      const after = (await app.admin.ask('terminals.get', { terminalId: terminal(4).id })) as Terminal
      expect(after).toMatchObject({ state: 'active', tids: terminal(4).tids })
      expect(await row.getByRole('button', { name: /^Undo/ }).count()).toBe(0)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'says in words why a terminal cannot be replaced by that one',
    async () => {
      const { page, context } = await app.openAt(`/profile/swaps/new?old=${terminal(5).id}`, {
        locale: 'ru-RU',
        viewport: { width: 390, height: 844 },
      })
      await choose(page.getByLabel('Новый терминал'), terminal(1).serial)
      await page.getByText(`У нового терминала уже есть TID (${tidOf(1)})`).waitFor()
      expect(await page.getByRole('button', { name: 'Заменить терминал' }).count()).toBe(0)
      await expectAccessible(page)
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'is read by viewers, who are offered nothing to change',
    async () => {
      const ruleId = await makeRule('Looked at')
      await tell('assign', ruleId, [tidOf(5)])
      const account = { username: 'onlooker', password: 'looks at profiles, changes none 1' }
      await app.admin.tell('operators.create', { ...account, role: 'viewer' })
      const { page, context, complaints } = await app.openAs(account, { locale: 'en-GB' })
      const offered = page
        .getByRole('button', { name: /^(Assign|Unassign|Undo|Replace|Change)/ })
        .or(page.getByRole('link', { name: /^(Assign|Assign an update|Replace|Replace a terminal)$/ }))
      for (const [path, text] of [
        [`/profile/assignments?q=${tidOf(5)}`, 'Looked at'],
        [`/profile/terminals/${terminal(5).id}`, 'Looked at'],
        ['/profile/swaps', 'PSM-SPARE-1'],
      ] as const) {
        await page.goto(app.url + path)
        await page.getByText(text).first().waitFor()
        expect(await offered.count(), path).toBe(0)
        await expectAccessible(page)
      }
      for (const path of ['/profile/assignments/new', '/profile/swaps/new']) {
        await page.goto(app.url + path)
        await page.getByRole('heading', { level: 1, name: 'You may not see this' }).waitFor()
      }
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
