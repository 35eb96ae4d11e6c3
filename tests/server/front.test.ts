import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { openPools } from '../../src/db/client'
import { createOperator } from '../../src/features/operators'
import { createSignInRoom } from '../../src/features/operators/sign-in'
import { createFront } from '../../src/server/front'
import { localPath } from '../../src/server/local-path'
import { visitorOf } from '../../src/server/visitor'
import { Browser } from '../support/browser'
import { freePort } from '../support/free-port'
import { serve } from '../support/http'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()
const PASSWORD = 'twelve characters'
let services: Services
let url: string

/** The front, with a framework that tells who it was told is looking. */
async function openFront(given: Services): Promise<string> {
  const signIn = createSignInRoom({ services: given, secret: 's'.repeat(32), nextRequestId: () => 'test' })
  const door = {
    handles: (path: string) => path.startsWith('/api/auth/'),
    all: signIn.handle,
    terminals: signIn.handle,
    onChanges: () => {},
  }
  const front = createFront({ door, signIn, log: given.log }, (req, res) =>
    res.end(JSON.stringify(visitorOf(req))),
  )
  return (await serve(front.all)).url
}

beforeAll(async () => {
  services = await makeServices(database)
  url = await openFront(services)
})

async function visit(browser: Browser, path: string) {
  const { status, headers, body } = await browser.send('GET', path)
  return status === 302 ? headers.get('location') : body
}

describe('the front', () => {
  it('leads everybody to the set-up while there is no operator, and to no other page', async () => {
    const stranger = new Browser(url)
    expect(await visit(stranger, '/sign-in')).toBe('/setup')
    expect(await visit(stranger, '/setup')).toEqual({ operator: null, isSetupNeeded: true })
    expect(await visit(stranger, '/')).toBe('/sign-in')
    await createOperator(makeCtx(services, job()), { username: 'anna', password: PASSWORD, role: 'viewer' })
    expect(await visit(stranger, '/setup')).toBe('/sign-in')
    expect(await visit(stranger, '/sign-in')).toEqual({ operator: null, isSetupNeeded: false })
  })

  it('lets strangers see the sign-in page and its files, and keeps their way', async () => {
    const stranger = new Browser(url)
    for (const file of ['/_build/assets/x.js', '/favicon.ico', '/sign-in/'])
      expect(await visit(stranger, file)).toMatchObject({ operator: null })
    expect(await visit(stranger, '/status?model=A%26B')).toBe('/sign-in?next=%2Fstatus%3Fmodel%3DA%2526B')
    expect(await visit(stranger, '/terminals/SN.1')).toBe('/sign-in?next=%2Fterminals%2FSN.1')
  })

  it('lets everybody read the API documentation', async () => {
    const stranger = new Browser(url)
    for (const path of ['/api/docs', '/api/docs/', '/api/docs?of=terminals'])
      expect(await visit(stranger, path)).toMatchObject({ operator: null })
    expect((await stranger.send('POST', '/api/docs')).status).toBe(405)
  })

  it('tells pages who looks at them, and sends the signed-in on from the sign-in page', async () => {
    const browser = new Browser(url)
    await browser.signIn('anna', PASSWORD)
    const seen = await visit(browser, '/terminals/SN.1')
    expect(seen).toMatchObject({
      isSetupNeeded: false,
      operator: {
        username: 'anna',
        name: 'anna',
        role: 'viewer',
        twoFactorEnabled: false,
        owesSecondFactor: false,
      },
    })
    const { permissions } = (seen as { operator: { permissions: string[] } }).operator
    expect(permissions).toContain('terminals:read')
    expect(permissions).not.toContain('terminals:write')
    expect(await visit(browser, '/sign-in')).toBe('/')
    expect(await visit(browser, '/setup')).toBe('/')
    expect(await visit(browser, '/sign-in?next=%2Fstatus%3Fmodel%3DA%2526B')).toBe('/status?model=A%26B')
    expect(await visit(browser, '/sign-in?next=%2F%2Fevil.example')).toBe('/')
    expect(await visit(browser, '/sign-in?next=%2F.%2F%2Fevil.example')).toBe('/')
    expect(await visit(browser, '/sign-in?next=%2Fsign-in')).toBe('/')
  })

  it('leads whose role needs a second factor to the own account, whatever page they ask for', async () => {
    const strict = await openFront(await makeServices(database, { env: { SECOND_FACTOR_ROLES: 'viewer' } }))
    const browser = new Browser(strict)
    await browser.signIn('anna', PASSWORD)
    expect(await visit(browser, '/')).toBe('/account')
    expect(await visit(browser, '/monitoring/status?x=1')).toBe(
      '/account?next=%2Fmonitoring%2Fstatus%3Fx%3D1',
    )
    const seen = await visit(browser, '/account?next=%2F')
    expect(seen).toMatchObject({ operator: { permissions: [], owesSecondFactor: true } })
  })

  it('says so where the database cannot be reached', async () => {
    const pools = openPools({ url: `postgres://psm@127.0.0.1:${await freePort()}/psm` }, 'psm-test')
    const broken = await openFront(await makeServices(database, { db: pools.db, sql: pools.sql }))
    const answer = await new Browser(broken).send('GET', '/')
    expect([answer.status, answer.body.code]).toEqual([503, 'database_unreachable'])
    expect((await new Browser(broken).send('GET', '/_build/x.js')).status).toBe(200)
    const signIn = await new Browser(broken).signIn('anna', PASSWORD)
    expect([signIn.status, signIn.body.code]).toEqual([503, 'database_unreachable'])
    await pools.end()
  })
})

describe('the way back after signing in', () => {
  it.each(['/', '/status', '/status?model=A&x=%2F', '/terminals/1#tab', '/a/../b'])(
    'is %s as it is',
    (next) => {
      expect(localPath(next)).toBe(next.replace('/a/../b', '/b'))
    },
  )

  it.each([
    undefined,
    null,
    '',
    'status',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    ' //evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/.///evil.example',
  ])('is the start page instead of %j', (next) => {
    expect(localPath(next)).toBe('/')
  })
})
