import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OWN_ACCOUNT, ROLES, type Role, roleMay } from '../../src/core/permissions'
import { PAGES_NEED } from '../rules/matrix-pages'
import { missingForBrowser, type Visit } from '../support/chromium'
import { addressOf, putOneOfEveryPage } from '../support/pages'
import { startWebApp, type WebApp } from '../support/web-app'

const missing = missingForBrowser()
if (missing !== undefined) process.stderr.write(`${missing}\n`)

const CLOSED = 'You may not see this'
const password = 'a password of its own'

describe.skipIf(missing !== undefined)('every page, for everybody', () => {
  let app: WebApp
  let ids: Record<string, string>

  beforeAll(async () => {
    app = await startWebApp()
    ids = await putOneOfEveryPage(app)
  }, 300_000)
  afterAll(() => app?.stop())

  it('sends a stranger to the sign-in, which leads back', async () => {
    for (const page of Object.keys(PAGES_NEED)) {
      const at = addressOf(page, ids)
      const answer = await fetch(app.url + at, { redirect: 'manual' })
      expect([answer.status, answer.headers.get('location'), await answer.text()]).toEqual([
        302,
        `/sign-in?next=${encodeURIComponent(at)}`,
        '',
      ])
    }
  })

  describe.each(ROLES)('as %s', (role) => {
    let visit: Visit
    beforeAll(async () => {
      await app.admin.tell('operators.create', { username: `by-role-${role}`, password, role })
      visit = await app.openAs({ username: `by-role-${role}`, password })
      await visit.page.goto(`${app.url}/account`)
      await visit.page.waitForSelector('h1')
    }, 60_000)
    afterAll(() => visit?.context.close())

    it.each(Object.entries(PAGES_NEED))(
      `%s is shown or closed as the permission table says`,
      async (page, needed) => {
        const heading = await goTo(visit, addressOf(page, ids))
        expect(heading === CLOSED ? 'closed' : 'open').toBe(mayOpen(role, needed) ? 'open' : 'closed')
        // A part of a page that asks for what its reader may not have is refused, and the browser says so.
        expect(visit.complaints.splice(0)).toEqual([])
      },
      30_000,
    )
  })
})

const mayOpen = (role: Role, needed: (typeof PAGES_NEED)[string]) =>
  [needed].flat().some((one) => one === OWN_ACCOUNT || roleMay(role, one))

/** Follows a link, as an operator does, and waits until nothing is awaited any more. Gives the heading. */
async function goTo({ page }: Visit, href: string): Promise<string | null> {
  await page.evaluate((at) => {
    const link = document.createElement('a')
    link.href = at
    document.body.append(link)
    link.click()
    link.remove()
  }, href)
  await page.waitForURL((url) => url.pathname === href)
  await page.waitForSelector('h1')
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
  return page.locator('h1').first().textContent()
}
