import os from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { StoreKind } from '../../../blobs/blob-store'
import type { RawSql } from '../../../db/client'
import { filesNotShared, serversLackStore, serversNotFollowing } from '../errors'

const LOOK_MS = 500

/** How long servers are waited for. */
export interface Patience {
  /** Until they work by a new place: those that died are believed to live for a minute. */
  followMs: number
  /** Until what they had begun to store before has ended. */
  drainMs: number
}

interface Server {
  host: string
  epoch: number
  drainedEpoch: number
  stores: StoreKind[]
}

/** Servers that were seen within the last minute. */
async function liveServers(sql: RawSql): Promise<Server[]> {
  const rows = await sql<Server[]>`
    select host, blob_epoch as epoch, blob_drained_epoch as "drainedEpoch", blob_stores as stores
    from server_instances where seen_at > now() - interval '1 minute'`
  return [...rows]
}

const hostsOf = (servers: readonly { host: string }[]) => [...new Set(servers.map(({ host }) => host))].sort()

/**
 * Every running server must have both stores in its settings before the first blob comes into the new one, or it would not
 * find it; and a folder must be the same for all of them.
 * @throws servers_lack_store, files_not_shared
 */
export async function requireServersReady(
  sql: RawSql,
  { needed, isFolderShared }: { needed: readonly StoreKind[]; isFolderShared: boolean },
): Promise<void> {
  const servers = await liveServers(sql)
  for (const store of needed) {
    const without = servers.filter(({ stores }) => !stores.includes(store))
    if (without.length > 0) throw serversLackStore({ values: { store, hosts: hostsOf(without) } })
  }
  const hosts = hostsOf([...servers, { host: os.hostname() }])
  if (needed.includes('files') && hosts.length > 1 && !isFolderShared)
    throw filesNotShared({ values: { hosts } })
}

/** @throws servers_not_following */
export async function untilFollowed(sql: RawSql, epoch: number, patience: Patience, lost: AbortSignal) {
  await until(sql, (server) => server.epoch >= epoch, patience.followMs, lost)
}

/** @throws servers_not_following */
export async function untilDrained(sql: RawSql, epoch: number, patience: Patience, lost: AbortSignal) {
  await until(sql, (server) => server.drainedEpoch >= epoch, patience.drainMs, lost)
}

async function until(
  sql: RawSql,
  isDone: (server: Server) => boolean,
  waitMs: number,
  lost: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const behind = (await liveServers(sql)).filter((server) => !isDone(server))
    if (behind.length === 0) return
    if (waitedMs >= waitMs) throw serversNotFollowing({ values: { hosts: hostsOf(behind) } })
    await pause(LOOK_MS, undefined, { signal: lost })
  }
}
