import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, type RawSql } from '../../src/db/client'
import { findRunning } from '../../src/db/embedded'
import { jobNow } from '../../src/tools/showcase/job-now'
import { openRest } from '../../src/tools/showcase/rest'
import type { FakeTerminal } from '../../src/tools/simulator/terminal'
import { enrolledFleet } from '../../src/tools/torture/fleet'
import { Victim } from '../../src/tools/torture/server'
import { residentBytes } from '../downloads/usage'
import { say } from '../lib/main'
import { Tap } from './tap'

/** The built server as it comes, but for the rate of the key that registers the fleet. */
const SETTINGS = { API_REQUESTS_PER_MINUTE: '1000000' }
const SCOPES = [
  ...['terminals:read', 'terminals:write', 'terminals:enroll', 'eslips:read', 'ecr-logs:read'],
  ...['uploads:write', 'packages:read', 'packages:write', 'updates:read', 'updates:write', 'licenses:write'],
  'jobs:run',
].join()
const SAMPLE_MS = 200

/** A server with an enrolled fleet. */
export interface Ground {
  server: Victim
  tap: Tap
  apiKey: string
  terminals: FakeTerminal[]
}

export async function openGround(directory: string, count: number, ends: (() => unknown)[]): Promise<Ground> {
  const server = await Victim.on(path.join(directory, 'storage'), SETTINGS)
  ends.push(() => server.stop())
  await server.start()
  const tap = new Tap(server.url, { timeoutMs: 60_000 })
  ends.push(() => tap.close())
  const { key: apiKey } = await server.psm<{ key: string }>(
    ...['api-keys', 'create', '--name', 'bench', '--scopes', SCOPES],
  )
  const startedAt = performance.now()
  const terminals = await enrolledFleet(tap, apiKey, count)
  say(`${count} terminals have enrolled, after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  tap.know(terminals)
  return { server, tap, apiKey, terminals }
}

/** Looks at the memory of a server again and again. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout
  readonly beginMb: number
  peakMb: number

  constructor(readonly server: Victim) {
    this.beginMb = this.#now()
    this.peakMb = this.beginMb
    this.#timer = setInterval(() => {
      this.peakMb = Math.max(this.peakMb, this.#now())
    }, SAMPLE_MS)
  }

  /** @returns what it has now */
  stop(): number {
    clearInterval(this.#timer)
    return this.#now()
  }

  #now(): number {
    return this.server.pid === undefined ? 0 : residentBytes(this.server.pid) / 1e6
  }
}

/** Bytes that a server keeps. */
export interface Kept {
  database: number
  /** Of each table with its indexes; partitions under the name of the whole. */
  tables: ReadonlyMap<string, number>
  blobs: number
}

export const keptBy = ({ storage }: Victim): Promise<Kept> =>
  onDatabase(storage, async (sql) => ({
    ...(await databaseSizes(sql)),
    blobs: bytesBelow(path.join(storage, 'blobs')),
  }))

/** Waits until the parts that packages were sent in are gone: the store holds them for minutes, whoever gets the package. */
export const partsRemoved = (ground: Ground): Promise<void> =>
  onDatabase(ground.server.storage, async (sql) => {
    while ((await sql`select 1 from upload_parts limit 1`).length > 0) {
      await jobNow(restOf(ground), 'sweep-uploads')
      await wait(1_000)
    }
  })

async function onDatabase<Result>(storage: string, work: (sql: RawSql) => Promise<Result>): Promise<Result> {
  const running = await findRunning(path.join(storage, 'db'))
  if (running === undefined) throw new Error('The database of the server does not run.')
  const sql = connect(running.app, { max: 1, applicationName: 'psm-bench-sizes' })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

async function databaseSizes(sql: RawSql): Promise<Omit<Kept, 'blobs'>> {
  const [whole] = await sql<{ bytes: number }[]>`
    select pg_database_size(current_database())::float8 as bytes`
  const rows = await sql<{ name: string; bytes: number }[]>`
    select coalesce(whole.relname, c.relname) as name, sum(pg_total_relation_size(c.oid))::float8 as bytes
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class whole on whole.oid = i.inhparent
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by 1`
  return { database: whole?.bytes ?? 0, tables: new Map(rows.map(({ name, bytes }) => [name, bytes])) }
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0)
}

export const restOf = ({ server, apiKey }: Ground) => openRest(server.url, apiKey)
