import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 90_000
const PLATFORM = 'ingenico-t3'
/** Refusals that a page means to get are complaints of the browser all the same. */
const isMeant = (complaint: string) => /status of (409|422)/.test(complaint)

interface Listed {
  items: { id: string; version: string; fromVersion: string | null }[]
}

/** What operators do with update rules, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('update rules', () => {
  let app: WebApp
  let packageId: string

  beforeAll(async () => {
    app = await startWebApp()
    const { items } = (await app.admin.ask('packages.list', { platform: PLATFORM, limit: 50 })) as Listed
    packageId = items.find(({ version }) => version === '2.8.0')?.id ?? ''
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
  })

  const make = (name: string) =>
    app.admin.tell('updateRules.create', { name, platform: PLATFORM, steps: [{ packageId }] }) as Promise<{
      id: string
      revision: number
    }>
  const add = async (page: Page, name: string) => {
    const field = page.getByLabel('Add a package')
    await field.fill(name)
    await page.getByRole('option', { name }).first().click()
    await page.keyboard.press('Escape')
  }
  /** The number that says for how many terminals it comes to that. */
  const number = async (page: Page, what: string) => {
    const button = page.getByRole('button', { name: new RegExp(`^${what}: show`) })
    return { button, count: Number(await button.textContent()) }
  }

  it(
    'show what they would do before they are saved, and behind each number its terminals',
    async () => {
      const { page, context, complaints } = await app.openAt('/updates/rules/new')
      await page.getByRole('button', { name: 'Make the rule' }).click()
      await page.getByText('3 fields need your attention').waitFor()
      await page.getByText('Add at least one package').waitFor()
      await page.getByLabel('Name').fill('Telium in steps')
      await page.getByRole('combobox', { name: 'Platform' }).selectOption(PLATFORM)
      await add(page, 'telium 2.8.0')
      await add(page, 'telium 2.7.0')
      await page.getByText('The version is below that of an earlier step').waitFor()
      await page.getByRole('button', { name: 'Move telium 2.7.0 up' }).click()

      await page.getByText(/^\d+ terminals$/).waitFor()
      const { button, count } = await number(page, 'Would update')
      expect(count).toBeGreaterThan(0)
      await expectAccessible(page)
      await button.click()
      const list = page.getByRole('dialog', { name: 'Would update' })
      await list.getByText('Is offered at its next check-in').first().waitFor()
      await expectAccessible(page)
      expect(await list.getByRole('link').count()).toBe(count)
      await page.keyboard.press('Escape')

      await page.getByLabel('Free space at least, MB').fill('1000000')
      const noSpace = page.getByRole('button', { name: /^have no space: show/ })
      await noSpace.waitFor()
      expect(Number(await noSpace.textContent())).toBe(count)
      await page.getByLabel('Free space at least, MB').fill('')

      await page.getByRole('link', { name: 'Packages', exact: true }).click()
      await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Make the rule' }).click()
      await page.getByRole('heading', { level: 1, name: 'Telium in steps' }).waitFor()
      await expectAccessible(page)
      await page.goto(`${app.url}/updates/rules`)
      await page
        .getByRole('row', { name: /Telium in steps/ })
        .getByText('telium → 2.7.0')
        .waitFor()
      await expectAccessible(page)
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'tell who was faster, and are saved in place of that only where it is said so',
    async () => {
      const { id, revision } = await make('Raced')
      const { page, context, complaints } = await app.openAt(`/updates/rules/${id}`)
      await page.getByLabel('Priority').fill('7')
      await app.admin.tell('updateRules.update', { ruleId: id, revision, notes: 'faster' })
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('changed this rule meanwhile').waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Discard mine, load theirs' }).click()
      await expect.poll(() => page.getByLabel('Notes').inputValue()).toBe('faster')
      expect(await page.getByLabel('Priority').inputValue()).toBe('0')

      await page.getByLabel('Priority').fill('8')
      await app.admin.tell('updateRules.update', { ruleId: id, revision: revision + 1, notes: 'again' })
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByRole('button', { name: 'Save mine in its place' }).click()
      await page.getByText('The rule is saved').waitFor()
      expect(await app.admin.ask('updateRules.get', { ruleId: id })).toMatchObject({
        priority: 8,
        notes: 'faster',
        revision: revision + 3,
      })
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are copied, switched off, and deleted once it is agreed how many assignments go',
    async () => {
      const { id } = await make('Assigned')
      const assignment = {
        ruleId: id,
        what: 'assign',
        choice: { by: 'filter', filter: { platform: PLATFORM } },
      }
      const preview = (await app.admin.ask('profile.previewAssignment', assignment)) as {
        changes: number
        fingerprint: string
      }
      expect(preview.changes).toBeGreaterThan(1)
      await app.admin.tell('profile.applyAssignment', { ...assignment, fingerprint: preview.fingerprint })

      const { page, context, complaints } = await app.openAt('/updates/rules')
      const choose = async (what: string) => {
        await page.getByRole('button', { name: 'Actions: Assigned', exact: true }).click()
        await page.getByRole('menuitem', { name: what }).click()
      }
      await choose('Switch off')
      await page.getByRole('button', { name: 'Switch off' }).click()
      await page
        .getByRole('row', { name: /Assigned/ })
        .getByText('Off')
        .waitFor()
      await choose('Copy')
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('heading', { level: 1, name: 'Assigned (copy)' }).waitFor()
      await page.goto(`${app.url}/updates/rules`)
      await choose('Delete')
      await page.getByRole('button', { name: 'Delete the rule' }).click()
      await page.getByRole('button', { name: `Delete with ${preview.changes} assignments` }).click()
      await page.getByText('“Assigned” is deleted').waitFor()
      expect(await app.admin.ask('updateRules.get', { ruleId: id })).toBe('rule_not_found')
      expect(complaints.filter((one) => !isMeant(one))).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are explained on the page of a terminal, in its operator’s language',
    async () => {
      const { id } = await make('Explained')
      const found = (await app.admin.ask('updateRules.dryRunTerminals', {
        ...{ ruleId: id, terminals: { filter: { platform: PLATFORM } }, outcome: 'offered', limit: 1 },
      })) as { items: { terminalId: string }[] }
      const terminalId = found.items[0]?.terminalId ?? ''
      const choice = { by: 'terminals', terminalIds: [terminalId] }
      const assignment = { ruleId: id, what: 'assign', choice }
      const { fingerprint } = (await app.admin.ask('profile.previewAssignment', assignment)) as {
        fingerprint: string
      }
      await app.admin.tell('profile.applyAssignment', { ...assignment, fingerprint })
      for (const [locale, outcome, reason] of [
        ['en-GB', 'Will update', 'is offered at its next check-in'],
        ['ru-RU', 'Будет обновлён', 'будет предложено при следующем выходе на связь'],
      ] as const) {
        const { page, context, complaints } = await app.openAt(
          `/monitoring/status/${terminalId}?tab=updates`,
          {
            locale,
            viewport: { width: 390, height: 844 },
          },
        )
        const rule = page.getByRole('listitem').filter({ hasText: 'Explained' }).first()
        await rule.getByText(outcome).waitFor()
        await rule.getByText(reason).waitFor()
        await page.getByText('2.8.0').first().waitFor()
        await expectAccessible(page)
        expect(complaints).toEqual([])
        await context.close()
      }
    },
    LIMIT_MS,
  )

  it(
    'offer operators with limits nothing that reaches beyond these',
    async () => {
      const [foreign, own] = [await make('Of all'), await make('Of nobody yet')]
      const { items } = (await app.admin.ask('terminals.list', { platform: PLATFORM, limit: 1 })) as Listed
      const choice = { by: 'terminals', terminalIds: items.map(({ id }) => id) }
      const assignment = { ruleId: foreign.id, what: 'assign', choice }
      const preview = (await app.admin.ask('profile.previewAssignment', assignment)) as {
        fingerprint: string
      }
      const { fingerprint } = preview
      await app.admin.tell('profile.applyAssignment', { ...assignment, fingerprint })
      const group = (await app.admin.tell('groups.create', { name: 'A branch' })) as { id: string }
      const account = { username: 'branch', password: 'sees one branch, and no other 1' }
      const visibility = { kind: 'limited', groupIds: [group.id] }
      await app.admin.tell('operators.create', { ...account, role: 'operator', visibility })
      const { page, context, complaints } = await app.openAs(account, { locale: 'en-GB' })
      const start = page.getByRole('link', { name: /Start (a )?rollout/ })

      await page.goto(`${app.url}/updates/rules/${foreign.id}`)
      await page.getByText('Terminals beyond your groups and merchants have this rule too').waitFor()
      expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
      expect(await start.count()).toBe(0)
      await page.getByRole('button', { name: 'Actions' }).click()
      expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Copy'])
      await page.keyboard.press('Escape')
      await expectAccessible(page)

      await page.goto(`${app.url}/updates/rules/${own.id}`)
      await page.getByRole('button', { name: 'Save' }).waitFor()
      expect(await start.count()).toBe(0)
      await page.goto(`${app.url}/updates/rollouts`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByRole('table').or(page.getByText('No rollout')).first().waitFor()
      expect(await start.count()).toBe(0)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are shown to viewers, who can try them and change nothing',
    async () => {
      const { id } = await make('Looked at')
      const account = { username: 'onlooker', password: 'looks at rules, changes none 1' }
      await app.admin.tell('operators.create', { ...account, role: 'viewer' })
      const { page, context, complaints } = await app.openAs(account, { locale: 'en-GB' })
      await page.goto(`${app.url}/updates/rules/${id}`)
      await page.getByRole('heading', { level: 1, name: 'Looked at' }).waitFor()
      await page.getByText('telium → 2.8.0').waitFor()
      await page.getByText(/^\d+ terminals$/).waitFor()
      expect(await page.getByRole('button', { name: /^(Save|Actions)/ }).count()).toBe(0)
      expect(await page.getByRole('textbox').count()).toBe(0)
      await expectAccessible(page)
      await page.goto(`${app.url}/updates/rules/new`)
      await page.getByRole('heading', { level: 1, name: 'You may not see this' }).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
