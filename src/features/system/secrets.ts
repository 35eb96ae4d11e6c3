import type { RawSql } from '../../db/client'
import { wrappingKeysInUse } from '../keys'

/** By what the secrets that servers of one database share are known again (printOf); wrapping keys with the active one first. */
export interface SecretPrints {
  authSecret: string
  wrappingKeys: readonly { id: string; print: string }[]
}

/** A secret of which running servers have different ones. */
export interface SecretDifference {
  setting: 'AUTH_SECRET' | 'KEY_WRAPPING_KEYS'
  /** Hosts that have the same, `≠` between them and others, as in `app1, app3 ≠ app2`; of wrapping keys behind the id of each, with (–) behind who has none. */
  apart: string
  /** Ids of the servers among which it differs. */
  servers: readonly string[]
}

/**
 * What running servers do not have in common and should. Of wrapping keys only those count under which a server seals or something
 * is sealed: a rotation brings new ones to one server after the other before they are used, and takes the old ones away after that.
 */
export async function findSecretDifferences(sql: RawSql): Promise<SecretDifference[]> {
  const servers = await liveServers(sql)
  const secret = tellApart(servers, ({ prints }) => prints.authSecret)
  const ids = [...new Set(servers.flatMap(({ prints }) => prints.wrappingKeys.map(({ id }) => id)))].sort()
  const keys = ids.flatMap((id) => {
    const found = tellApart(servers, ({ prints }) => prints.wrappingKeys.find((one) => one.id === id)?.print)
    return found === undefined ? [] : [{ id, ...found }]
  })
  const needed = await neededOf(sql, keys, servers)
  return [
    ...(secret === undefined ? [] : [{ setting: 'AUTH_SECRET' as const, ...secret }]),
    ...(needed.length === 0
      ? []
      : [
          {
            setting: 'KEY_WRAPPING_KEYS' as const,
            apart: needed.map(({ id, apart }) => `${id}: ${apart}`).join('; '),
            servers: [...new Set(needed.flatMap((key) => key.servers))],
          },
        ]),
  ]
}

async function neededOf<Key extends { id: string }>(
  sql: RawSql,
  keys: readonly Key[],
  servers: readonly ToldServer[],
): Promise<Key[]> {
  if (keys.length === 0) return []
  const active = servers.flatMap(({ prints }) => prints.wrappingKeys.slice(0, 1).map(({ id }) => id))
  const inUse = await wrappingKeysInUse(
    sql,
    keys.map(({ id }) => id),
  )
  return keys.filter(({ id }) => active.includes(id) || inUse.includes(id))
}

interface ToldServer {
  id: string
  host: string
  seenMs: number
  /** Since when its secrets are what they are. */
  sinceMs: number
  prints: SecretPrints
}

const MOST_SERVERS = 100

/** Servers that were seen within the last minute, the oldest first. Those that told no prints are nobody's business here. */
async function liveServers(sql: RawSql): Promise<ToldServer[]> {
  const rows = await sql<ToldServer[]>`
    select id, host, extract(epoch from seen_at)::float8 * 1000 as "seenMs",
      extract(epoch from prints_since)::float8 * 1000 as "sinceMs", secret_prints as prints
    from server_instances
    where seen_at > now() - interval '1 minute' and secret_prints is not null
    order by started_at, id limit ${MOST_SERVERS}`
  return [...rows]
}

/** It may take as long from reading a secret to the row that tells of it. */
const TELLING_MS = 5_000

/**
 * Both have told of themselves after the other one had these secrets. One that was killed and has a successor has not, and one that
 * has yet to read a file that was just changed has not either.
 */
const wereTogether = (one: ToldServer, other: ToldServer) =>
  one.seenMs >= other.sinceMs + TELLING_MS && other.seenMs >= one.sinceMs + TELLING_MS

function tellApart(
  servers: readonly ToldServer[],
  printOf: (server: ToldServer) => string | undefined,
): Pick<SecretDifference, 'apart' | 'servers'> | undefined {
  const differing = servers.filter((one) =>
    servers.some((other) => printOf(one) !== printOf(other) && wereTogether(one, other)),
  )
  if (differing.length === 0) return undefined
  const groups = new Map<string | undefined, string[]>()
  for (const one of differing) {
    const isAlone = differing.every(({ id, host }) => id === one.id || host !== one.host)
    const print = printOf(one)
    const name = `${isAlone ? one.host : `${one.host} (${one.id})`}${print === undefined ? ' (–)' : ''}`
    groups.set(print, [...(groups.get(print) ?? []), name])
  }
  const lacking = groups.get(undefined)
  groups.delete(undefined)
  const having = [...groups.values()].sort((one, other) => other.length - one.length)
  return {
    apart: [...having, ...(lacking === undefined ? [] : [lacking])]
      .map((names) => names.join(', '))
      .join(' ≠ '),
    servers: differing.map(({ id }) => id),
  }
}
