import type { Configuration, Settings } from '../config'
import { AuditRows } from '../core/audit-bursts'
import { ChangeFeed } from '../core/change-feed'
import { systemClock } from '../core/clock'
import type { Services } from '../core/context'
import { newId } from '../core/ids'
import { createLogger, type Logger } from '../core/log'
import { printOf } from '../core/secret-print'
import type { ServerFacts } from '../core/server-facts'
import { createVault } from '../core/vault'
import { connect, openPools, type Pools } from '../db/client'
import { alertTotals } from '../features/alerts'
import { sparingBlobs } from '../features/backups'
import { createKeyEncryption, printWrappingKeys } from '../features/keys'
import { namePatterns } from '../features/licenses'
import { createSignInRoom, type SignInRoom } from '../features/operators/sign-in'
import type { PlacedBlobs } from '../features/storage'
import { type Heartbeat, startHeartbeat } from '../features/system'
import { webhookTotals } from '../features/webhooks'
import { type Clockwork, startJobs } from '../jobs/clockwork'
import { jobs } from '../jobs/registry'
import { createTerminalDoor, type TerminalDoor } from '../terminal/door'
import { authSecret } from './auth-secret'
import { type PreparedDatabase, prepareDatabase } from './backing'
import { setRuntime } from './current-runtime'
import { createDoor, type Door } from './door'
import { type LoadMeter, startLoadMeter } from './load'
import { createMetrics } from './metrics'
import { openBlobs } from './open-blobs'

export interface Runtime {
  readonly settings: Settings
  readonly log: Logger
  /** Aborted when the server begins to drain: streams end themselves. */
  readonly stopping: AbortSignal
  readonly door: Door
  /** Operators' sign-in: who looks at a page, and the link for the first of them. */
  readonly signIn: SignInRoom
  readonly state: 'starting' | 'ready' | 'draining'
  /** Told to every transport that is to make a Ctx. */
  readonly services: Services
  /** From now on /readyz sends others elsewhere; what comes is answered all the same. */
  beginDrain(): void
  endStreams(): void
  /** After the last request: queues are written out, jobs end, the database stops last. */
  stop(): Promise<void>
}

interface Parts {
  database: PreparedDatabase
  pools: Pools
  blobs: PlacedBlobs
  feed: ChangeFeed
  terminals: TerminalDoor
  clockwork: Clockwork
  load: LoadMeter
  auditBursts: AuditRows
  heartbeat: Heartbeat
}

/**
 * The composition root: opens what the server stands on, puts the doors together and starts the clockwork. Nothing in
 * the code keeps state of its own; it all hangs here and is handed down.
 */
export async function startRuntime({ settings, sources }: Configuration): Promise<Runtime> {
  const log = createLogger({ level: settings.log.level })
  const stopping = new AbortController()
  let state: Runtime['state'] = 'starting'
  // A pattern that cannot be used is told now, not at the first import.
  namePatterns(settings)
  const database = await prepareDatabase(settings, 'server', log)
  try {
    const pools = openPools(database.app, 'psmanager')
    const blobs = await openBlobs(settings, pools.sql, log)
    const auditBursts = new AuditRows(pools.db, log)
    const secret = await authSecret(settings)
    const load = startLoadMeter()
    const server: ServerFacts = {
      id: newId(),
      startedAt: systemClock.now(),
      sources,
      load: () => ({
        ...terminals.gauges(),
        eventLoopLagMs: load.lagMs(),
        isFeedTrusted: feed.isTrusted(),
        terminalAnswers: metrics.lastMinute(),
      }),
    }
    const services: Services = {
      db: pools.db,
      sql: pools.sql,
      blobs: sparingBlobs(blobs.store, pools.sql),
      clock: systemClock,
      vault: createVault(async () => secret),
      keyEncryption: createKeyEncryption(settings),
      auditBursts,
      settings,
      log,
      server,
    }
    const metrics = createMetrics({
      gauges: () => terminals.gauges(),
      lagMs: load.lagMs,
      refusalsCounted: () => auditBursts.counted,
      alerts: () => alertTotals(pools.sql).catch(() => undefined),
      webhooks: () => webhookTotals(pools.sql).catch(() => undefined),
    })
    const nextRequestId = requestIds()
    const listenSql = connect(database.direct, { max: 1, applicationName: 'psmanager-listen' })
    const logSql = connect(database.app, {
      max: 1,
      applicationName: 'psmanager-log',
      statementTimeoutMs: 30_000,
    })
    const feed = new ChangeFeed({
      sql: pools.sql,
      listenSql,
      log,
      onChanges(rows) {
        terminals.onChanges(rows)
        door.onChanges(rows)
      },
    })
    const terminals = createTerminalDoor({
      services,
      logSql,
      isTrusted: (atMs) => feed.isTrusted(atMs),
      loadFactor: load.factor,
      answered: metrics.terminalAnswered,
      nextRequestId,
    })
    const signIn = createSignInRoom({ services, secret, nextRequestId })
    const door = createDoor({
      services,
      terminals,
      signIn,
      metrics,
      nextRequestId,
      stopping: stopping.signal,
      state: () => state,
    })
    await feed.start()
    void terminals.warmUp()
    const clockwork = startJobs(services, jobs)
    const heartbeat = startHeartbeat({
      ...{ sql: pools.sql, log, server, blobs: blobs.standing },
      secrets: async () => ({ authSecret: printOf(secret), wrappingKeys: await printWrappingKeys(settings) }),
    })
    blobs.onChange(heartbeat.tell)
    state = 'ready'
    const beside = { load, auditBursts, heartbeat }
    const parts: Parts = { database, pools, blobs, feed, terminals, clockwork, ...beside }
    const runtime: Runtime = {
      settings,
      log,
      services,
      door,
      signIn,
      stopping: stopping.signal,
      get state() {
        return state
      },
      beginDrain() {
        state = 'draining'
      },
      endStreams: () => stopping.abort(),
      async stop() {
        await stopParts(parts)
        await Promise.all([listenSql, logSql].map((sql) => sql.end({ timeout: 5 })))
        await database.stop()
        setRuntime(undefined)
      },
    }
    setRuntime(runtime)
    return runtime
  } catch (error) {
    await database.stop()
    throw error
  }
}

async function stopParts(parts: Parts): Promise<void> {
  const { pools, feed, terminals, clockwork, load, auditBursts, heartbeat } = parts
  load.stop()
  parts.blobs.stop()
  await clockwork.stop()
  await terminals.stop()
  await heartbeat.stop()
  await feed.stop()
  await auditBursts.stop()
  await pools.end()
}

/** Request ids: the server's start and a counter. Cheap, and sortable within one run. */
function requestIds(): () => string {
  const boot = Date.now().toString(36)
  let count = 0
  return () => `${boot}-${(++count).toString(36)}`
}
