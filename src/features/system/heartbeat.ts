import os from 'node:os'
import type { Logger } from '../../core/log'
import type { ServerFacts } from '../../core/server-facts'
import { VERSION } from '../../core/version'
import type { RawSql } from '../../db/client'
import type { BlobStanding } from '../storage'
import { RUNTIME } from './platform'
import { findSecretDifferences, type SecretPrints } from './secrets'

const EVERY_MS = 15_000

export interface Heartbeat {
  /** Tells it now, besides the beat. */
  tell(): void
  /** Takes the row away: who stops in order is gone at once. */
  stop(): Promise<void>
}

/**
 * Tells the database that this server runs, now and on a beat; rows of servers that were silent for a day go. Where it has another
 * secret than one of those beside it, it says so in the log, once for each difference.
 */
export function startHeartbeat(parts: {
  sql: RawSql
  log: Logger
  server: ServerFacts
  /** By which place of the blobs it works. */
  blobs(): BlobStanding
  /** By what its secrets are known again, as it works with them now. */
  secrets(): Promise<SecretPrints>
}): Heartbeat {
  const { sql, log, server } = parts
  const logDifferences = differenceLog(parts)
  const tellRow = async (prints: string | null) => {
    const { epoch, drainedEpoch, stores } = parts.blobs()
    await sql`
      insert into server_instances as s (id, host, version, runtime, started_at, seen_at, blob_epoch, blob_drained_epoch,
        blob_stores, secret_prints, prints_since)
      values (${server.id}, ${os.hostname()}, ${VERSION}, ${RUNTIME}, ${server.startedAt}, now(), ${epoch},
        ${drainedEpoch}, ${stores as string[]}, ${prints}::text::jsonb, now())
      on conflict (id) do update set seen_at = excluded.seen_at, blob_epoch = excluded.blob_epoch,
        blob_drained_epoch = excluded.blob_drained_epoch, secret_prints = excluded.secret_prints,
        prints_since = case when s.secret_prints = excluded.secret_prints then s.prints_since else now() end`
  }
  const readPrints = () =>
    parts.secrets().then(JSON.stringify, (error: unknown) => {
      log.warn('server_secrets_not_read', { error: error as Error })
      return null
    })
  const beat = async () => {
    await tellRow(await readPrints())
    await sql`delete from server_instances where seen_at < now() - interval '1 day'`
    await logDifferences()
  }
  const orLog = (telling: Promise<void>) =>
    telling.catch((error: unknown) => log.warn('server_instance_not_told', { error: error as Error }))
  const tell = () => orLog(beat())
  // At once, before files are read: who moves blobs must not miss a server that starts.
  let told = orLog(tellRow(null)).then(tell)
  const tellNext = () => {
    told = told.then(tell)
  }
  const timer = setInterval(tellNext, EVERY_MS)
  timer.unref()
  return {
    tell: tellNext,
    async stop() {
      clearInterval(timer)
      await told
      await sql`delete from server_instances where id = ${server.id}`.catch((error: unknown) =>
        log.warn('server_instance_not_removed', { error: error as Error }),
      )
    },
  }
}

/** Logs in which secrets this server and others differ, where that is not what was logged last. */
function differenceLog({
  sql,
  log,
  server,
}: Pick<Parameters<typeof startHeartbeat>[0], 'sql' | 'log' | 'server'>) {
  let logged = new Map<string, string>()
  return async () => {
    const differences = (await findSecretDifferences(sql)).filter(({ servers }) =>
      servers.includes(server.id),
    )
    for (const { setting, apart } of differences)
      if (logged.get(setting) !== apart)
        log.error('server_secrets_differ', { setting, instances: apart, server: server.id })
    const now = new Map(differences.map(({ setting, apart }) => [setting as string, apart]))
    for (const setting of logged.keys()) if (!now.has(setting)) log.info('server_secrets_agree', { setting })
    logged = now
  }
}
