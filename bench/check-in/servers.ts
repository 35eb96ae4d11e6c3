import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { openBlobStore } from '../../src/blobs/open'
import { readSettings } from '../../src/config'
import { AuditRows } from '../../src/core/audit-bursts'
import { ChangeFeed } from '../../src/core/change-feed'
import { systemClock } from '../../src/core/clock'
import type { Services } from '../../src/core/context'
import { createLogger } from '../../src/core/log'
import { createVault } from '../../src/core/vault'
import { type ConnectionTarget, connect, openPools } from '../../src/db/client'
import { createKeyEncryption } from '../../src/features/keys'
import { authSecret } from '../../src/server/auth-secret'
import { startLoadMeter } from '../../src/server/load'
import { createMetrics } from '../../src/server/metrics'
import { createTerminalDoor } from '../../src/terminal/door'

export interface RunningServer {
  port: number
  pid: number
  /** Last-seen times that were not written because too many waited. */
  dropped(): number | Promise<number>
  /** The same of entries of the POS log. */
  unlogged(): number | Promise<number>
  stop(): Promise<void>
}

/** What `node:http` itself costs: reads a JSON body, parses it, answers it. */
export async function startEcho(): Promise<RunningServer> {
  return serve((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
      res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length })
      res.end(body)
    })
  })
}

/** The terminals' door as the server puts it together, on a database of its own; resolves when it is warm. */
export async function startDoor(
  database: ConnectionTarget,
  directory: string,
  env: Record<string, string> = {},
): Promise<RunningServer & { services: Services }> {
  const settings = readSettings({
    ...env,
    STORAGE_DIR: directory,
    TERMINAL_REQUESTS_PER_MINUTE: '100000',
    ESLIP_ARCHIVE_DAYS: '1',
  })
  const pools = openPools(database, 'psm-bench')
  const listenSql = connect(database, { max: 1, applicationName: 'psm-bench-listen' })
  const logSql = connect(database, { max: 1, applicationName: 'psm-bench-log' })
  const blobs = await openBlobStore({ kind: 'fs', directory: path.join(directory, 'blobs') })
  const log = createLogger({ level: 'warn', stream: { write: (line) => process.stderr.write(line) } })
  const services: Services = {
    db: pools.db,
    sql: pools.sql,
    blobs,
    clock: systemClock,
    vault: createVault(() => authSecret(settings)),
    keyEncryption: createKeyEncryption(settings),
    auditBursts: new AuditRows(pools.db, log),
    settings,
    log,
  }
  const load = startLoadMeter()
  const metrics = createMetrics({
    gauges: () => door.gauges(),
    lagMs: load.lagMs,
    refusalsCounted: () => 0,
    alerts: async () => undefined,
    webhooks: async () => undefined,
  })
  const feed = new ChangeFeed({
    sql: pools.sql,
    listenSql,
    log,
    onChanges: (rows) => door.onChanges(rows),
  })
  let requests = 0
  const door = createTerminalDoor({
    services,
    logSql,
    isTrusted: (nowMs) => feed.isTrusted(nowMs),
    loadFactor: load.factor,
    answered: metrics.terminalAnswered,
    nextRequestId: () => `bench-${(++requests).toString(36)}`,
  })
  await feed.start()
  await door.warmUp()
  const server = await serve(door.handle)
  return {
    services,
    port: server.port,
    pid: process.pid,
    dropped: () => door.gauges().presenceDropped,
    unlogged: () => door.gauges().posLogDropped,
    async stop() {
      await server.stop()
      load.stop()
      await door.stop()
      await feed.stop()
      await Promise.all([listenSql.end(), logSql.end()])
      await pools.end()
    },
  }
}

async function serve(handle: RequestListener): Promise<RunningServer> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    pid: process.pid,
    dropped: () => 0,
    unlogged: () => 0,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
