import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { openBlobStore } from '../../src/blobs/open'
import { readConfiguration, type SettingSources } from '../../src/config'
import { AuditRows } from '../../src/core/audit-bursts'
import { systemClock } from '../../src/core/clock'
import type { Actor, Ctx, Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { createLogger } from '../../src/core/log'
import type { Role, Scope } from '../../src/core/permissions'
import type { ServerFacts } from '../../src/core/server-facts'
import { createVault } from '../../src/core/vault'
import { createKeyEncryption } from '../../src/features/keys'
import type { JobRun } from '../../src/jobs/schedule'
import type { TestDatabase } from './postgres'

/** What the composition root gives, on a test database and a folder of its own. */
export async function makeServices(
  database: TestDatabase,
  more: Partial<Services> & { env?: Record<string, string> } = {},
): Promise<Services> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-test-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const { env, ...services } = more
  const { settings, sources } = readConfiguration({
    STORAGE_DIR: directory,
    SECOND_FACTOR_ROLES: 'none',
    ...env,
  })
  const log = createLogger({ level: process.env.TEST_LOG_LEVEL === 'error' ? 'error' : 'silent' })
  return {
    db: database.db,
    sql: database.sql,
    blobs: await openBlobStore({ kind: 'fs', directory: path.join(directory, 'blobs') }),
    clock: systemClock,
    vault: createVault(async () => 'a secret of the tests'),
    keyEncryption: createKeyEncryption(settings),
    auditBursts: new AuditRows(database.db, log),
    settings,
    log,
    server: serverFacts(sources),
    ...services,
  }
}

/** A server that has just started and has nothing to do. */
const serverFacts = (sources: SettingSources): ServerFacts => ({
  id: newId(),
  startedAt: new Date(),
  sources,
  load: () => ({
    terminals: 0,
    posLogWaiting: 0,
    posLogDropped: 0,
    eventLoopLagMs: 0,
    isFeedTrusted: true,
    terminalAnswers: { answered: 0, refused: 0, failed: 0 },
  }),
})

export const makeCtx = (services: Services, actor: Actor): Ctx => ({ ...services, actor, requestId: 'test' })

const ALL = { kind: 'all' } as const
/** By whatever clock: people that a test plays have just proved who they are. */
const JUST_NOW = new Date(8.64e15)

export const operator = (role: Role = 'operator'): Actor => ({
  kind: 'operator',
  id: newId(),
  name: `the ${role}`,
  role,
  visibility: ALL,
  provedAt: JUST_NOW,
})

export const limitedOperator = (limits: { groupIds?: string[]; merchantIds?: string[] }): Actor => ({
  kind: 'operator',
  id: newId(),
  name: 'somebody with limits',
  role: 'operator',
  visibility: { kind: 'limited', groupIds: limits.groupIds ?? [], merchantIds: limits.merchantIds ?? [] },
  provedAt: JUST_NOW,
})

export const integrator = (...scopes: Scope[]): Actor => ({
  kind: 'integrator',
  id: newId(),
  name: 'a program',
  scopes,
  visibility: ALL,
})

export const job = (): Actor => ({ kind: 'job', name: 'test' })

/** What a job is given, for tests that call one by hand. */
export const jobRun = (more: Partial<JobRun> = {}): JobRun => ({
  signal: new AbortController().signal,
  fence: 1,
  report: () => {},
  isDryRun: false,
  ...more,
})
