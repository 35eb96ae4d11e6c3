import os from 'node:os'
import { processConfiguration, type Settings } from '../config'
import { AuditRows } from '../core/audit-bursts'
import { systemClock } from '../core/clock'
import type { Ctx } from '../core/context'
import { newId } from '../core/ids'
import { createLogger } from '../core/log'
import { createVault } from '../core/vault'
import { openPools } from '../db/client'
import { sparingBlobs } from '../features/backups'
import { createKeyEncryption } from '../features/keys'
import { followPlace, type PlacedBlobs, settlePlace } from '../features/storage'
import { authSecret } from '../server/auth-secret'
import { blobStores, type PreparedDatabase, prepareDatabase } from '../server/backing'

/**
 * Runs something with the rights of whoever may start programs on this machine, beside the running server or without
 * one. In the audit it stands under the person's name.
 */
export async function withLocalCtx<Result>(
  program: string,
  run: (ctx: Ctx, database: PreparedDatabase) => Promise<Result>,
): Promise<Result> {
  const { settings } = processConfiguration()
  const database = await prepareDatabase(settings, 'cli', localLog())
  try {
    return await withCtxOn(settings, database, program, (ctx) => run(ctx, database))
  } finally {
    await database.stop()
  }
}

export const localLog = () => createLogger({ level: 'error', stream: process.stderr })

/** The same on a database that is there already, and stays. */
export async function withCtxOn<Result>(
  settings: Settings,
  database: PreparedDatabase,
  program: string,
  run: (ctx: Ctx) => Promise<Result>,
): Promise<Result> {
  const log = localLog()
  const pools = openPools(database.app, `psm-${program}`, { db: 2, sql: 2 })
  const auditBursts = new AuditRows(pools.db, log)
  let blobs: PlacedBlobs | undefined
  try {
    const stores = blobStores(settings)
    blobs = followPlace({ sql: pools.sql, log, stores, place: await settlePlace(pools.sql, stores) })
    return await run({
      db: pools.db,
      sql: pools.sql,
      blobs: sparingBlobs(blobs.store, pools.sql),
      clock: systemClock,
      vault: createVault(() => authSecret(settings)),
      keyEncryption: createKeyEncryption(settings),
      auditBursts,
      settings,
      log,
      actor: { kind: 'job', name: `${program}: ${userName()}` },
      requestId: newId(),
    })
  } finally {
    blobs?.stop()
    await auditBursts.stop()
    await pools.end()
  }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
