import { readdirSync } from 'node:fs'
import path from 'node:path'
import { makeApk } from '../../src/tools/apk-maker/apk'
import { newSigner } from '../../src/tools/apk-maker/signing'
import { png } from './apk-parts'
import { connect, makeSet } from './app-fleet'
import { takeInApk } from './app-uploads'
import { handOverEcrLog } from './ecr-logs'
import { demoBundle, openKeyPlay } from './key-terminals'
import { handOverSlip } from './slips'
import type { WebApp } from './web-app'

/** Every page below src/routes; `:name` stands for an id that is asked of the server. */
export const PAGES = readdirSync(path.resolve('src/routes'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx') && !file.includes('[...') && file !== 'index.tsx')
  .map((file) =>
    `/${file.replace(/(\/index)?\.tsx$/, '')}`.replaceAll(path.sep, '/').replaceAll(/\[(\w+)\]/g, ':$1'),
  )

/** Pages for whoever has not signed in. */
export const OPEN_PAGES = ['/sign-in', '/setup', '/api/docs']

/** Adds to the demo what some page shows and the demo lacks; gives an id for each `:name` of the addresses. */
export async function putOneOfEveryPage(app: WebApp): Promise<Record<string, string>> {
  const first = async (procedure: string) => {
    const { items } = (await app.admin.ask(procedure)) as { items: Record<string, string>[] }
    return items[0] ?? {}
  }
  const webhook = (await app.admin.tell('webhooks.create', {
    name: 'Books',
    url: 'https://books.example/hooks',
    eventTypes: ['eslip.created'],
  })) as { id: string }
  const { id: packageId = '', platform } = await first('packages.list')
  const rule = (await app.admin.tell('updateRules.create', {
    ...{ name: 'Night', platform, steps: [{ packageId }] },
    conditions: { window: { days: ['sat', 'sun'], from: '22:00', to: '04:00' } },
  })) as { id: string }
  const found = (await app.admin.ask('terminals.list', { platform, limit: 5 })) as {
    items: { id: string }[]
  }
  const choice = { by: 'terminals', terminalIds: found.items.map(({ id }) => id) }
  const assignment = { ruleId: rule.id, what: 'assign', choice }
  const { fingerprint } = (await app.admin.ask('profile.previewAssignment', assignment)) as {
    fingerprint: string
  }
  await app.admin.tell('profile.applyAssignment', { ...assignment, fingerprint })
  const { serial = '' } = await first('terminals.list')
  const keys = await openKeyPlay(app)
  await keys.deposit(serial, 1, { file: demoBundle(serial, 1), batch: 'night' })
  keys.close()
  const started = (await app.admin.tell('rollouts.start', {
    ...{ ruleId: rule.id, name: 'By night', waves: [{ count: 1 }, { percent: 10 }, {}] },
  })) as { rolloutId: string }
  const sample = { isDebuggable: true, icon: [{ path: 'res/icon.png', density: 320, bytes: png(96) }] }
  const permissions = ['android.permission.INTERNET', 'android.permission.CAMERA']
  const maker = newSigner('the maker')
  await takeInApk(app, makeApk(sample, maker))
  const version = await takeInApk(app, makeApk({ ...sample, permissions, versionCode: 42 }, maker))
  const set = await makeSet(
    app,
    'Shops',
    [
      { package: 'com.example.loyalty', want: 'version', versionCode: 41 },
      { package: 'com.example.game', want: 'absent' },
    ],
    { goesInWaves: true, notes: 'Of the matrix' },
  )
  const androids = (await app.admin.ask('terminals.list', { platform: 'feitian-f20', limit: 5 })) as {
    items: { id: string }[]
  }
  await connect(app, set.id, androids.items)
  await app.admin.tell('appSets.update', {
    ...{ setId: set.id, edition: set.edition },
    lines: [{ package: 'com.example.loyalty', want: 'newest' }],
  })
  return {
    setId: set.id,
    appId: version.appId,
    versionId: version.id,
    licenseId: (await first('licenses.list')).id ?? '',
    packageId,
    ruleId: rule.id,
    rolloutId: started.rolloutId,
    slipId: await handOverSlip(app),
    logId: await handOverEcrLog(app),
    terminalId: (await first('terminals.list')).id ?? '',
    name: (await first('jobs.list')).name ?? '',
    webhookId: webhook.id,
    apiKeyId: (await first('apiKeys.list')).id ?? '',
    alertId: (await first('alerts.list')).id ?? '',
  }
}

/** Where a page lies for these ids. */
export const addressOf = (page: string, ids: Record<string, string>) =>
  page.replaceAll(/:(\w+)/g, (_, name) => ids[name] ?? name)
