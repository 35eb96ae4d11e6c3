import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { TDES_KEYS } from '../support/key-blocks'
import { demoBundle, type KeyPlay, openKeyPlay } from '../support/key-terminals'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 60_000
const OFFICER = { username: 'officer', password: 'a password of its own' }
const OPERATOR = { username: 'desk', password: 'a password of its own' }

/** What people do with the keys of terminals, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('keys of terminals', () => {
  let app: WebApp
  let keys: KeyPlay

  beforeAll(async () => {
    app = await startWebApp({ KEY_APPROVAL: 'true' })
    keys = await openKeyPlay(app)
    await app.admin.tell('operators.create', { ...OFFICER, role: 'key-officer' })
    await app.admin.tell('operators.create', { ...OPERATOR, role: 'operator' })
  }, 300_000)

  afterAll(async () => {
    keys?.close()
    await app?.stop()
  })

  async function openAs(person: typeof OFFICER, path: string) {
    const visit = await app.openAs(person)
    await visit.page.goto(app.url + path)
    await visit.page.waitForSelector('h1')
    return visit
  }

  it(
    'wait until a key officer has approved them, and show header facts but no byte',
    async () => {
      const { id, serial, ask } = await keys.register('KEYS-APPROVE')
      await keys.deposit(serial, 7, { file: demoBundle(serial, 7) })
      expect(await ask()).toBeUndefined()
      const { page, context, complaints } = await openAs(OFFICER, `/keys/loading/${id}`)
      const slots = page.getByRole('region', { name: 'Keys of file no. 7' })
      await slots.getByRole('cell', { name: 'PIN encryption (P0)' }).waitFor()
      await slots.getByRole('cell', { name: 'DUKPT initial key (B1)' }).waitFor()
      await slots.getByRole('cell', { name: 'D2B91C' }).waitFor()
      const shown = await page.content()
      for (const { block } of TDES_KEYS) expect(shown).not.toContain(block.slice(-32))
      await expectAccessible(page)

      await page.getByRole('button', { name: 'Approve' }).click()
      const question = page.getByRole('alertdialog').or(page.getByRole('dialog'))
      await question.getByText('Compare the check values').waitFor()
      await question.getByRole('button', { name: 'Approve' }).click()
      await page.getByText('File no. 7 is approved').waitFor()
      await page.getByText('Key file approved · no. 7').waitFor()
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
      expect(await ask()).toBeDefined()
      // What the terminal has fetched shows without a reload.
      await page.getByText('Key file delivered · no. 7').waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are seen by an operator, who is told who may approve and has nothing to press',
    async () => {
      const { id, serial } = await keys.register('KEYS-OPERATOR')
      await keys.deposit(serial, 1)
      const { page, context, complaints } = await openAs(OPERATOR, `/keys/loading/${id}`)
      await page.getByText('Only a key officer may approve.').waitFor()
      for (const name of ['Approve', 'Revoke', 'Allow again'])
        expect(await page.getByRole('button', { name }).count()).toBe(0)
      // The same on the terminal's own page.
      await page.getByRole('link', { name: 'Open the terminal' }).click()
      await page.getByRole('tab', { name: 'Keys' }).click()
      await page.getByText('Only a key officer may approve.').waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are revoked for a reason, and destroyed with that',
    async () => {
      const { id, serial, ask } = await keys.register('KEYS-REVOKE')
      await keys.deposit(serial, 1)
      const { page, context, complaints } = await openAs(OFFICER, `/keys/loading/${id}`)
      await page.getByRole('button', { name: 'Revoke' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Revoke and destroy' }).click()
      await dialog.getByText('Fill in this field').waitFor()
      await dialog.getByLabel('Reason').fill('terminal stolen')
      await dialog.getByRole('button', { name: 'Revoke and destroy' }).click()
      await page.getByText('File no. 1 is revoked').waitFor()
      await page.getByText('Key file revoked · no. 1').waitFor()
      await page.getByText('destroyed', { exact: true }).waitFor()
      await page.getByRole('definition').filter({ hasText: 'terminal stolen' }).first().waitFor()
      expect(await page.getByRole('button', { name: 'Revoke' }).count()).toBe(0)
      expect(await ask()).toBeUndefined()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'that a terminal computes other check values of are in alarm until an officer allows them again',
    async () => {
      const { id, serial, ask, report } = await keys.register('KEYS-FAILED')
      await keys.deposit(serial, 1)
      const officer = await openAs(OFFICER, `/keys/loading/${id}`)
      const { page } = officer
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
      await page.getByText('File no. 1 is approved').waitFor()
      const bundleId = await ask()
      await report(bundleId ?? '', { state: 'installed', kcvs: [{ slot: 'acq1/tmk', kcv: 'FFFFFF' }] })
      const reported = page.getByRole('cell', { name: 'FFFFFF differs' })
      await reported.waitFor()
      await page.getByText('The terminal reports other check values than those deposited').waitFor()

      await page.goto(`${app.url}/keys/loading?need=alarm`)
      const row = page.getByRole('row').filter({ hasText: serial })
      await row.getByText('Check values differ').waitFor()
      await row.getByRole('link', { name: serial }).click()
      await page.getByRole('button', { name: 'Allow again' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Allow again' }).click()
      await page.getByText(`${serial} may have keys again`).waitFor()
      await page.getByText('Keys allowed again · no. 1').waitFor()
      expect(await page.getByRole('button', { name: 'Allow again' }).count()).toBe(0)
      expect(await ask()).toBeDefined()
      expect(officer.complaints).toEqual([])
      await officer.context.close()
    },
    LIMIT_MS,
  )

  it(
    'that a terminal asks for in vain are seen as requested until they are deposited',
    async () => {
      const { serial, ask } = await keys.register('KEYS-ASKED')
      expect(await ask()).toBeUndefined()
      const { page, context, complaints } = await openAs(OPERATOR, '/keys/loading')
      await page.getByRole('button', { name: /^\d+ Keys requested$/ }).click()
      await page.waitForURL(/need=requested/)
      const link = page.getByRole('row').filter({ hasText: serial }).getByRole('link', { name: serial })
      await link.click()
      await page.getByText(/The terminal has asked for keys .* and waits for a file/).waitFor()
      await page.getByText(`/api/v1/keys/${serial}/1`).waitFor()
      await keys.deposit(serial, 1)
      await page.goto(`${app.url}/keys/loading?q=${serial}&state=unapproved`)
      await page.getByRole('row').filter({ hasText: serial }).getByText('Waiting for approval').waitFor()
      expect(await page.getByRole('row').getByText('Keys requested').count()).toBe(0)
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are approved as a batch, whose files are all accounted for, also in a CSV',
    async () => {
      for (let count = 1; count <= 3; count++) {
        const { serial } = await keys.register(`KEYS-BATCH-${count}`)
        await keys.deposit(serial, 1, { batch: 'night-7', kcvs: `tmk=0000${count}${count}` })
      }
      const { page, context, complaints } = await openAs(OFFICER, '/keys/batches')
      const row = page.getByRole('row').filter({ hasText: 'night-7' })
      await row.getByText('Waiting for approval: 3').waitFor()
      await row.getByRole('button', { name: 'Approve batch night-7' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Approve all' }).click()
      await dialog.getByText('3 files approved.').waitFor()
      await expectAccessible(page)
      await dialog.getByRole('button', { name: 'Close' }).first().click()
      await row.getByText('On the way: 3').waitFor()
      expect(await row.getByRole('cell').nth(4).textContent()).toContain('0')
      const [csv] = await Promise.all([
        page.waitForEvent('download'),
        row.getByRole('link', { name: 'Download batch night-7 as CSV' }).click(),
      ])
      expect(csv.suggestedFilename()).toMatch(/^keys-.*\.csv$/)
      await row.getByRole('link', { name: 'night-7', exact: true }).click()
      await page.waitForURL(/batch=night-7/)
      await page.getByRole('link', { name: 'KEYS-BATCH-2' }).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
