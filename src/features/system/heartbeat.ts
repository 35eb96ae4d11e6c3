import os from 'node:os'
import type { Logger } from '../../core/log'
import type { ServerFacts } from '../../core/server-facts'
import { VERSION } from '../../core/version'
import type { RawSql } from '../../db/client'
import { RUNTIME } from './platform'

const EVERY_MS = 15_000

export interface Heartbeat {
  /** Takes the row away: who stops in order is gone at once. */
  stop(): Promise<void>
}

/** Tells the database that this server runs, now and on a beat; rows of servers that were silent for a day go. */
export function startHeartbeat(parts: { sql: RawSql; log: Logger; server: ServerFacts }): Heartbeat {
  const { sql, log, server } = parts
  const beat = async () => {
    await sql`
      insert into server_instances (id, host, version, runtime, started_at, seen_at)
      values (${server.id}, ${os.hostname()}, ${VERSION}, ${RUNTIME}, ${server.startedAt}, now())
      on conflict (id) do update set seen_at = excluded.seen_at`
    await sql`delete from server_instances where seen_at < now() - interval '1 day'`
  }
  const tell = () =>
    beat().catch((error: unknown) => log.warn('server_instance_not_told', { error: error as Error }))
  let told = tell()
  const timer = setInterval(() => {
    told = told.then(tell)
  }, EVERY_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await told
      await sql`delete from server_instances where id = ${server.id}`.catch((error: unknown) =>
        log.warn('server_instance_not_removed', { error: error as Error }),
      )
    },
  }
}
