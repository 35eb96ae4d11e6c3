import { isIP, Socket } from 'node:net'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

export type Database = Pick<
  PostgresJsDatabase,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | 'with' | '$with' | '$count'
>
export type RawSql = postgres.Sql
/** The pool, or a transaction of it: what a statement is written with. */
export type RawQuery = postgres.ISql

export interface UrlTarget {
  url: string
  /** Undefined: the URL says. */
  tls?: 'disable' | 'require' | 'verify-full'
  /** Authorities that may sign its certificate, PEM; undefined for those that the runtime trusts. */
  ca?: string
  /**
   * A transaction pooler is between: it refuses parameters of a session, and a prepared statement is on whichever
   * connection it was prepared on.
   */
  isPooled?: boolean
}

/** How to reach a PostgreSQL: a URL from the settings, or the socket of the embedded server. */
export type ConnectionTarget =
  | UrlTarget
  | { socketPath: string; user: string; database: string; isPooled?: boolean }

export interface PoolOptions {
  max: number
  applicationName: string
  statementTimeoutMs?: number
  /** Is given each connection's socket, for whoever must be able to cut it in the middle of an answer. */
  onSocket?: (socket: Socket) => void
}

/** For the way there and back, after a statement's own time is up. */
const ANSWER_MS = 5_000

/** A postgres.js pool. Times come back as Date, bigint columns as number where they fit. */
export function connect(target: ConnectionTarget, options: PoolOptions): RawSql {
  const common: postgres.Options<Record<string, never>> = {
    max: options.max,
    idle_timeout: 60,
    connect_timeout: 10,
    // Whoever asks while the database is away waits for the next try: for a second at most, not the usual 20.
    backoff: (attempts) => Math.min(2 ** attempts / 20, 1),
    onnotice: () => {},
    ...socketOf(options),
    connection: {
      application_name: options.applicationName,
      ...(options.statementTimeoutMs === undefined || target.isPooled
        ? {}
        : { statement_timeout: options.statementTimeoutMs }),
    },
    // Nothing is sent ahead: between two statements a pooler gives the connection to others, and one that is half sent is never answered.
    ...(target.isPooled ? { prepare: false, max_pipeline: 0 } : {}),
  }
  if ('url' in target) return postgres(target.url, { ...common, ...tlsOf(target) })
  return postgres({ ...common, path: target.socketPath, user: target.user, database: target.database })
}

/** postgres.js hands over its parsed options; a socket that still connects takes what is written all the same. */
interface Place {
  path?: string | false
  host: readonly string[]
  port: readonly number[]
}

/**
 * A socket that ends where nothing comes or goes for so long: a server that fell silent, or a network that swallows
 * packets, would keep a request waiting for the quarter of an hour after which the kernel gives up.
 */
class QuietLimit extends Socket {
  constructor(afterMs: number) {
    super()
    this.setTimeout(afterMs)
    this.#listen()
  }

  /** postgres.js does so before it puts TLS on top. */
  override removeAllListeners(event?: string): this {
    // An event named undefined is none, and nothing would be removed: postgres.js would go on reading below TLS.
    if (event === undefined) super.removeAllListeners()
    else super.removeAllListeners(event)
    this.#listen()
    return this
  }

  #listen(): void {
    this.on('timeout', () => this.destroy())
  }
}

function socketOf({ statementTimeoutMs, onSocket }: PoolOptions) {
  if (statementTimeoutMs === undefined && onSocket === undefined) return {}
  const open = opening(statementTimeoutMs === undefined ? 0 : statementTimeoutMs + ANSWER_MS)
  const socket = (place: Place) => {
    const opened = open(place)
    onSocket?.(opened)
    return opened
  }
  return { socket }
}

/**
 * Of several hosts each is tried in turn.
 * @param quietMs 0 for no limit
 */
function opening(quietMs: number) {
  let turn = 0
  return ({ path, host, port }: Place): Socket => {
    const socket = new QuietLimit(quietMs)
    if (path) return socket.connect(path)
    const at = turn++ % host.length
    return Object.assign(socket.connect(port[at] ?? 5432, host[at] ?? 'localhost'), { host: host[at] })
  }
}

function tlsOf({ url, tls, ca }: UrlTarget) {
  if (tls === undefined) return {}
  if (tls === 'disable') return { ssl: false as const }
  if (tls === 'require') return { ssl: 'require' as const }
  const address = hostOf(url)
  return {
    ssl: {
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
      // postgres.js names the host to TLS, but no address: then the certificate would be held against `localhost`.
      ...(isIP(address) === 0 ? {} : { host: address }),
    },
  }
}

/** The one host of a URL, an IPv6 address without brackets; empty where it names several. */
const hostOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : ''

export interface Pools {
  db: PostgresJsDatabase
  sql: RawSql
  end(): Promise<void>
}

/**
 * The two pools of a process. Drizzle changes the serialisers of the client it is given, so the raw statements
 * (batches, LISTEN) have a client of their own.
 */
export function openPools(
  target: ConnectionTarget,
  applicationName: string,
  size = { db: 10, sql: 6 },
): Pools {
  const forDrizzle = connect(target, { max: size.db, applicationName, statementTimeoutMs: 30_000 })
  const sql = connect(target, {
    max: size.sql,
    applicationName: `${applicationName}-raw`,
    statementTimeoutMs: 30_000,
  })
  return {
    db: drizzle({ client: forDrizzle }),
    sql,
    async end() {
      await Promise.all([forDrizzle.end({ timeout: 5 }), sql.end({ timeout: 5 })])
    },
  }
}
