import os from 'node:os'
import { processConfiguration } from '../config'
import { AuditRows } from '../core/audit-bursts'
import { systemClock } from '../core/clock'
import type { Ctx } from '../core/context'
import { newId } from '../core/ids'
import { createLogger } from '../core/log'
import { createVault } from '../core/vault'
import { openPools } from '../db/client'
import { createKeyEncryption } from '../features/keys'
import { followPlace, type PlacedBlobs, settlePlace } from '../features/storage'
import { authSecret } from '../server/auth-secret'
import { blobStores, prepareDatabase } from '../server/backing'

/**
 * Runs something with the rights of whoever may start programs on this machine, beside the running server or without
 * one. In the audit it stands under the person's name.
 */
export async function withLocalCtx<Result>(
  program: string,
  run: (ctx: Ctx) => Promise<Result>,
): Promise<Result> {
  const { settings } = processConfiguration()
  const log = createLogger({ level: 'error', stream: process.stderr })
  const database = await prepareDatabase(settings, 'cli', log)
  const pools = openPools(database.app, `psm-${program}`, { db: 2, sql: 2 })
  const auditBursts = new AuditRows(pools.db, log)
  let blobs: PlacedBlobs | undefined
  try {
    const stores = blobStores(settings)
    blobs = followPlace({ sql: pools.sql, log, stores, place: await settlePlace(pools.sql, stores) })
    return await run({
      db: pools.db,
      sql: pools.sql,
      blobs: blobs.store,
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
    await database.stop()
  }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
