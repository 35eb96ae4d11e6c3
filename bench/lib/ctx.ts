import path from 'node:path'
import { openBlobStore } from '../../src/blobs/open'
import { readSettings } from '../../src/config'
import { AuditRows } from '../../src/core/audit-bursts'
import type { Ctx } from '../../src/core/context'
import { createLogger } from '../../src/core/log'
import { createVault } from '../../src/core/vault'
import type { Pools } from '../../src/db/client'
import { createKeyEncryption } from '../../src/features/keys'

/** @param now where the clock stands: nobody grows late while a seeded fleet is measured */
export async function makeCtx(
  pools: Pools,
  directory: string,
  now: Date,
  settings: Readonly<Record<string, string>> = {},
): Promise<Ctx> {
  const read = readSettings({ STORAGE_DIR: directory, ...settings })
  const log = createLogger({ level: 'warn' })
  return {
    actor: { kind: 'job', name: 'bench' },
    db: pools.db,
    sql: pools.sql,
    blobs: await openBlobStore({ kind: 'fs', directory: path.join(directory, 'blobs') }),
    clock: { now: () => now },
    vault: createVault(async () => 'nothing is sealed in this bench'),
    keyEncryption: createKeyEncryption(read),
    settings: read,
    auditBursts: new AuditRows(pools.db, log),
    log,
    requestId: 'bench',
  }
}
