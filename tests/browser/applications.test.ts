import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApkSample, makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import { png } from '../support/apk-parts'
import { takeInApk } from '../support/app-uploads'
import { expectAccessible, missingForBrowser } from '../support/chromium'
import { startWebApp, type WebApp } from '../support/web-app'

const LIMIT_MS = 120_000
const maker = newSigner('the maker')

/** What operators do with applications of Android terminals, by a real browser on the built server. */
describe.skipIf(missingForBrowser() !== undefined)('applications', () => {
  let app: WebApp
  let folder: string

  beforeAll(async () => {
    app = await startWebApp()
    folder = mkdtempSync(path.join(os.tmpdir(), 'psm-apps-'))
  }, 300_000)

  afterAll(async () => {
    await app?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A person with an account of their own. */
  async function openAs(role: string, address: string) {
    const account = { username: `apps-${role}`, password: 'a password of its own' }
    await app.admin.tell('operators.create', { ...account, role })
    const visit = await app.openAs(account)
    await visit.page.goto(app.url + address)
    await visit.page.waitForSelector('h1')
    return visit
  }

  function file(name: string, bytes: Buffer): string {
    const where = path.join(folder, name)
    writeFileSync(where, bytes)
    return where
  }
  const apk = (name: string, sample: ApkSample, signer = maker) => file(name, makeApk(sample, signer))
  const choose = (page: Page, files: string[]) => page.locator('input[type="file"]').setInputFiles(files)
  const rowOf = (page: Page, name: string) =>
    page.getByRole('list', { name: 'Files' }).getByRole('listitem').filter({ hasText: name })

  it(
    'are uploaded many at once, and each file says what became of it',
    async () => {
      const { page, context, complaints } = await app.openAt('/apps/applications')
      await page.getByRole('heading', { name: 'No applications yet' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Upload APKs' }).first().click()
      await page.getByRole('heading', { level: 1, name: 'Upload APKs' }).waitFor()
      const shop: ApkSample = {
        packageName: 'com.example.shop',
        labels: [{ value: 'Shop' }, { value: 'Магазин', language: 'ru' }],
        icon: [{ path: 'res/icon.png', density: 320, bytes: png(96) }],
      }
      await choose(page, [
        apk('shop-1.apk', { ...shop, versionCode: 1, versionName: '1.0' }),
        apk('bonus.apk', {
          packageName: 'com.example.bonus',
          labels: [{ value: 'Bonus' }],
          isDebuggable: true,
        }),
        apk('queue.apk', { packageName: 'com.example.queue', labels: [{ value: 'Queue' }] }),
        file('holiday.apk', Buffer.from('a photo of the sea')),
      ])
      await rowOf(page, 'shop-1.apk').getByRole('link', { name: 'Shop 1.0' }).waitFor()
      await rowOf(page, 'bonus.apk').getByText('Debuggable').waitFor()
      await rowOf(page, 'holiday.apk').getByText('This is not an APK').waitFor()
      await page.getByText('3 versions added, 1 file not added').waitFor()
      await choose(page, [
        apk('shop-2.apk', {
          ...shop,
          versionCode: 2,
          versionName: '2.0',
          permissions: ['android.permission.CAMERA'],
        }),
        apk('again.apk', { packageName: 'com.example.queue', labels: [{ value: 'Queue' }], abis: ['x86'] }),
      ])
      await rowOf(page, 'shop-2.apk').getByText('1 permission more').waitFor()
      await rowOf(page, 'again.apk').getByText('has version code 41 already').waitFor()
      await expectAccessible(page)

      await page.getByRole('link', { name: 'To the applications' }).click()
      await page.getByRole('row', { name: /Shop/ }).getByText('2.0').waitFor()
      const names = await page.getByRole('row').getByRole('link').allTextContents()
      expect(names).toEqual(['Bonus', 'Queue', 'Shop'])
      await page.getByLabel('Any part of a name or package').fill('магаз')
      await expect.poll(() => page.getByRole('row').getByRole('link').count()).toBe(1)
      // The files that were refused are the browser's only complaints.
      expect(complaints.filter((one) => !/status of (409|422)/.test(one))).toEqual([])
      await context.close()

      const russian = await app.openAt('/apps/applications', { locale: 'ru-RU' })
      await russian.page.getByRole('link', { name: 'Магазин' }).waitFor()
      await russian.context.close()
    },
    LIMIT_MS,
  )

  it(
    'have versions, each with its permissions and signature, which are deleted one by one, and then the application',
    async () => {
      const sample: ApkSample = { packageName: 'com.example.tables', labels: [{ value: 'Tables' }] }
      await takeInApk(app, makeApk({ ...sample, versionCode: 1, versionName: '1.0' }, maker))
      const permissions = ['android.permission.CAMERA']
      const { appId } = await takeInApk(
        app,
        makeApk({ ...sample, versionCode: 2, versionName: '2.0', permissions }, maker),
      )
      const { page, context, complaints } = await app.openAt(`/apps/applications/${appId}`)
      await page.getByRole('button', { name: 'Notes' }).click()
      await page.getByRole('dialog').getByLabel('Notes').fill('For restaurants')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('For restaurants').waitFor()
      await page.getByRole('link', { name: '2.0', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Tables 2.0 (code 2)' }).waitFor()
      await page.getByText('Compared with version 1.0 (code 1).').waitFor()
      await page.getByText('Verified').waitFor()
      await expectAccessible(page)
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Download' }).click()
      expect((await download).suggestedFilename()).toBe('com.example.tables-2.apk')

      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Delete the version' }).click()
      await page.getByRole('heading', { level: 1, name: 'Tables', exact: true }).waitFor()
      await page.getByRole('link', { name: '1.0', exact: true }).waitFor()
      await page.getByRole('link', { name: '2.0', exact: true }).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Delete the application' }).click()
      await page.waitForURL('**/apps/applications')
      await page.getByRole('link', { name: 'Tables' }).waitFor({ state: 'detached' })
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'of another signer are let in by an administrator alone, with a reason',
    async () => {
      const sample: ApkSample = { packageName: 'com.example.sold', labels: [{ value: 'Sold' }] }
      await takeInApk(app, makeApk({ ...sample, versionCode: 1 }, maker))
      const foreign = apk('sold-2.apk', { ...sample, versionCode: 2, versionName: '2.0' }, newSigner('other'))
      const operator = await openAs('operator', '/apps/applications/upload')
      await choose(operator.page, [foreign])
      await rowOf(operator.page, 'sold-2.apk').getByText('signed by another certificate').waitFor()
      await operator.page.getByText('An administrator can add it all the same').waitFor()
      await operator.context.close()

      const { page, context } = await app.openAt('/apps/applications/upload')
      await choose(page, [foreign])
      await page.getByLabel('Why it is to be added all the same').fill('The maker was sold')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Add all the same' }).click()
      await page.getByRole('link', { name: 'Sold 2.0' }).click()
      await page.getByText('added all the same: The maker was sold').waitFor()
      await context.close()
    },
    LIMIT_MS,
  )

  it(
    'are shown to viewers, who can change nothing',
    async () => {
      await takeInApk(
        app,
        makeApk({ packageName: 'com.example.read', labels: [{ value: 'Readable' }] }, maker),
      )
      const { page, context, complaints } = await openAs('viewer', '/apps/applications')
      await page.getByRole('link', { name: 'Readable' }).click()
      await page.getByRole('link', { name: '4.1', exact: true }).click()
      await page.getByRole('link', { name: 'Download' }).waitFor()
      expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0)
      await page.goto(`${app.url}/apps/applications/upload`)
      await page.getByRole('heading', { level: 1, name: 'You may not see this' }).waitFor()
      expect(complaints).toEqual([])
      await context.close()
    },
    LIMIT_MS,
  )
})
