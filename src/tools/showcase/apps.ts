import { GAMES, PAYMENT_PACKAGE, paymentVersionCode } from '../simulator/apps/androids'
import type { Call } from './rest'

interface Line {
  package: string
  want: 'version' | 'newest' | 'absent'
  versionCode?: number
}

const payment = (versionName: string): Line => ({
  package: PAYMENT_PACKAGE,
  want: 'version',
  versionCode: paymentVersionCode(versionName),
})
const newest = (name: string): Line => ({ package: `com.example.${name}`, want: 'newest' })
const noGames = GAMES.map((game): Line => ({ package: game.package, want: 'absent' }))

/**
 * Sets of applications over the simulated fleet as an operator would make them: one that terminals have at once, and one
 * whose next revision reaches its terminals in waves. Where there are sets already, or none of these applications, all
 * stays as it is.
 * @returns how many sets were made
 */
export async function planApps(call: Call): Promise<number> {
  const { items: sets } = await call<{ items: unknown[] }>('GET', '/app-sets?limit=1')
  const { items: apps } = await call<{ items: { package: string }[] }>('GET', '/apps?limit=100')
  if (sets.length > 0 || !apps.some((app) => app.package === PAYMENT_PACKAGE)) return 0
  await planShops(call)
  await planWaves(call)
  return 2
}

async function planShops(call: Call): Promise<void> {
  const { id } = await call<{ id: string }>('POST', '/app-sets', {
    name: 'WPOS-3: торговые точки',
    notes: 'Оплата и бонусная карта; игр на кассе не бывает.',
    lines: [payment('3.14.2'), newest('loyalty'), ...noGames],
  })
  await connect(call, id, { platform: 'wiseasy-wpos3' })
}

async function planWaves(call: Call): Promise<void> {
  const lines = [payment('3.14.2'), newest('loyalty'), ...noGames]
  const { id, edition } = await call<{ id: string; edition: number }>('POST', '/app-sets', {
    name: 'F20: касса и поддержка',
    notes: 'Новая версия приложения оплаты идёт волнами.',
    goesInWaves: true,
    lines,
  })
  await connect(call, id, { platform: 'feitian-f20', search: 'SIM' })
  await call('PATCH', `/app-sets/${id}`, {
    edition,
    lines: [payment('3.15.0'), newest('loyalty'), newest('helpdesk'), ...noGames],
  })
  await call('POST', '/rollouts', {
    setId: id,
    name: 'F20: psPos 3.15.0',
    waves: [
      { count: 4, successPercent: 50, errorPercent: 60 },
      { successPercent: 80, errorPercent: 40 },
    ],
    silentMinutes: 30,
    maxRetries: 1,
    retryMinutes: 5,
  })
}

async function connect(call: Call, setId: string, filter: object): Promise<void> {
  const connection = { setId, choice: { by: 'filter', filter } }
  const preview = await call<{ fingerprint: string }>('POST', '/profile/app-sets/preview', connection)
  await call('POST', '/profile/app-sets', { ...connection, fingerprint: preview.fingerprint })
}
