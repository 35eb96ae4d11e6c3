import { parseArgs } from 'node:util'
import type { Ctx } from '../../core/context'
import type { Scope } from '../../core/permissions'
import { scopesOfAlerts } from '../../features/alerts'
import { createApiKey } from '../../features/operators'
import { issueEnrollmentCode } from '../../features/terminals'
import { withLocalCtx } from '../local'
import { seedApps } from './apps'
import { seedKeys } from './keys'
import { seedLicences } from './licences'
import { seedPackages } from './packages'
import { seedPast } from './past'
import { seedPeople } from './people'
import { seedRegistry } from './registry'
import { seedSlips } from './slips'

/**
 * Fills a server with invented data that is worth looking at: shops, terminals with a past, licences, system packages, keys, people, and what
 * the simulated fleet needs to enrol and the showcase to act; with `--apps` applications too. May be run again; what is there stays.
 */
async function seed(ctx: Ctx): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ options: { apps: { type: 'boolean', default: false } } })
  const { counts } = await seedRegistry(ctx)
  const isNew = (counts.new ?? 0) > 0
  const licences = isNew ? await seedLicences(ctx) : {}
  if (isNew) await seedPast(ctx)
  const slips = isNew ? await seedSlips(ctx) : 0
  const packages = isNew ? await seedPackages(ctx) : 0
  const apps = isNew && values.apps ? await seedApps(ctx) : 0
  const apiKey = await createApiKey(ctx, {
    name: 'demo fleet',
    scopes: ['terminals:read', 'terminals:enroll'],
  })
  const showcaseKey = await createApiKey(ctx, {
    name: 'demo showcase',
    // Whoever makes a webhook may read what it tells.
    scopes: [
      ...new Set<Scope>([
        ...(['apps:read', 'apps:write'] as const),
        ...(['groups:read', 'jobs:run', 'packages:read', 'updates:read', 'updates:write'] as const),
        ...(['webhooks:write', 'eslips:read'] as const),
        ...scopesOfAlerts({ kind: 'all' }),
      ]),
    ],
  })
  const keySystem = await createApiKey(ctx, { name: 'demo key system', scopes: ['keys:deposit'] })
  const keys = isNew ? await seedKeys(ctx, { id: keySystem.id, name: 'demo key system' }) : 0
  return {
    ...(await seedPeople(ctx)),
    terminals: counts,
    licences,
    slips,
    packages,
    apps,
    keys,
    apiKey: apiKey.key,
    showcaseKey: showcaseKey.key,
    keySystemKey: keySystem.key,
    enrollmentCode: await codeForAwaited(ctx),
  }
}

async function codeForAwaited(ctx: Ctx): Promise<string | null> {
  const awaited = await ctx.sql<{ serial: string }[]>`
    select serial from terminals where state = 'expected' and serial like 'SIM%'`
  if (awaited.length === 0) return null
  const issued = await issueEnrollmentCode(ctx, { serials: awaited.map((row) => row.serial) })
  return issued.enrollmentCode
}

withLocalCtx('seed', seed).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
