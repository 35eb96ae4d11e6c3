import { statfs } from 'node:fs/promises'
import { asc, sql } from 'drizzle-orm'
import type { Settings } from '../../config'
import type { Ctx } from '../../core/context'
import { whyFailing } from '../../core/reachable'
import { query } from '../../core/verb'
import { VERSION } from '../../core/version'
import { nextBeat } from '../../jobs/definitions'
import { findJobs } from '../jobs'
import { findPlace } from '../storage'
import { webhookTotals } from '../webhooks'
import { serverOf } from './callers'
import { askDatabase, largestTables, tablesWithoutTomorrow } from './database'
import { judgeHealth, worstOf } from './decide'
import { RUNTIME } from './platform'
import { type HealthView, NoInput } from './schemas'
import { findSecretDifferences } from './secrets'
import { serverInstances } from './tables'

/** How this server is, what it stands on, and what to do about it. `system_beyond_limits`, `server_not_running`. */
export const getHealth = query(
  { permission: 'system:read', input: NoInput },
  async (ctx): Promise<HealthView> => {
    const server = serverOf(ctx)
    const { settings } = ctx
    const load = server.load()
    const [instances, { longestTransactionSeconds, clockDifferenceMs, ...database }, tables, missing] =
      await Promise.all([
        liveInstances(ctx, server.id),
        askDatabase(ctx),
        largestTables(ctx),
        tablesWithoutTomorrow(ctx),
      ])
    const [blobProblem, blobWriteProblem, place, disk, jobs, webhooks, secrets] = await Promise.all([
      whyFailing(ctx.blobs.check()),
      whyFailing(ctx.blobs.checkWrites()),
      findPlace(ctx.sql),
      statfs(settings.storage.directory),
      judgeJobs(ctx),
      webhookTotals(ctx.sql),
      findSecretDifferences(ctx.sql),
    ])
    const isS3Named = settings.s3.bucket !== undefined
    const blobHome = place?.home ?? (isS3Named ? 's3' : 'files')
    const space = { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize }
    const checks = judgeHealth({
      connections: database.connections,
      connectionLimit: database.connectionLimit,
      longestTransactionSeconds,
      clockDifferenceMs,
      tablesWithoutTomorrow: missing,
      ...{ blobProblem, blobWriteProblem, blobHome, blobOther: place?.other ?? null, isS3Named },
      ...space,
      ...jobs,
      webhooksWaiting: webhooks.waiting,
      load,
      versions: [...new Set(instances.map(({ version }) => version))].sort(),
      instances: instances.length,
      secretsApart: new Map(secrets.map(({ setting, apart }) => [setting, apart])),
      isOpenWithoutTls: isOpenWithoutTls(settings),
    })
    return {
      state: worstOf(checks),
      at: ctx.clock.now().toISOString(),
      server: {
        id: server.id,
        version: VERSION,
        runtime: RUNTIME,
        startedAt: server.startedAt.toISOString(),
        terminals: load.terminals,
        answersPerMinute: load.terminalAnswers.answered,
        refusalsPerMinute: load.terminalAnswers.refused,
      },
      instances,
      database: { ...database, kind: settings.database.url === undefined ? 'embedded' : 'external', tables },
      storage: { blobs: blobHome, storeId: place?.storeId ?? null, ...space },
      checks,
    }
  },
)

const MOST_INSTANCES = 100

async function liveInstances(ctx: Ctx, own: string): Promise<HealthView['instances']> {
  const rows = await ctx.db
    .select()
    .from(serverInstances)
    .where(sql`${serverInstances.seenAt} > now() - interval '1 minute'`)
    .orderBy(asc(serverInstances.startedAt), asc(serverInstances.id))
    .limit(MOST_INSTANCES)
  return rows.map(({ id, host, version, runtime, startedAt, seenAt }) => ({
    ...{ id, host, version, runtime },
    startedAt: startedAt.toISOString(),
    seenAt: seenAt.toISOString(),
    isThis: id === own,
  }))
}

const OVERDUE_MS = 10 * 60_000

/** Jobs whose last run failed, and those of which two beats have passed unused. */
async function judgeJobs(ctx: Ctx): Promise<{ failedJobs: string[]; overdueJobs: string[] }> {
  const jobs = await findJobs(ctx)
  const nowMs = ctx.clock.now().getTime()
  const idle = jobs.filter(({ running }) => running === null)
  const isOverdue = ({ schedule, last }: (typeof jobs)[number]) => {
    const missed = last === null ? null : nextBeat(schedule, new Date(last.startedAt))
    const next = missed === null ? null : nextBeat(schedule, missed)
    return next !== null && next.getTime() < nowMs - OVERDUE_MS
  }
  return {
    failedJobs: idle
      .filter(({ last }) => last?.outcome === 'failed' || last?.outcome === 'lost')
      .map(({ name }) => name),
    overdueJobs: idle.filter(isOverdue).map(({ name }) => name),
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

function isOpenWithoutTls({ http }: Settings): boolean {
  return !LOOPBACK.test(http.host) && !http.trustProxy && !http.publicUrl?.startsWith('https://')
}
