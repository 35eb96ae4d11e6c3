import os from 'node:os'
import type { Logger } from '../../core/log'
import type { ServerFacts } from '../../core/server-facts'
import { VERSION } from '../../core/version'
import type { RawSql } from '../../db/client'
import type { BlobStanding } from '../storage'
import { RUNTIME } from './platform'

const EVERY_MS = 15_000

export interface Heartbeat {
  /** Tells it now, besides the beat. */
  tell(): void
  /** Takes the row away: who stops in order is gone at once. */
  stop(): Promise<void>
}

/** Tells the database that this server runs, now and on a beat; rows of servers that were silent for a day go. */
export function startHeartbeat(parts: {
  sql: RawSql
  log: Logger
  server: ServerFacts
  /** By which place of the blobs it works. */
  blobs(): BlobStanding
}): Heartbeat {
  const { sql, log, server } = parts
  const beat = async () => {
    const { epoch, drainedEpoch, stores } = parts.blobs()
    await sql`
      insert into server_instances (id, host, version, runtime, started_at, seen_at, blob_epoch, blob_drained_epoch,
        blob_stores)
      values (${server.id}, ${os.hostname()}, ${VERSION}, ${RUNTIME}, ${server.startedAt}, now(), ${epoch},
        ${drainedEpoch}, ${stores as string[]})
      on conflict (id) do update set seen_at = excluded.seen_at, blob_epoch = excluded.blob_epoch,
        blob_drained_epoch = excluded.blob_drained_epoch`
    await sql`delete from server_instances where seen_at < now() - interval '1 day'`
  }
  const tell = () =>
    beat().catch((error: unknown) => log.warn('server_instance_not_told', { error: error as Error }))
  let told = tell()
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
