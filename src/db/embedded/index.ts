import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { findBinaries } from './binaries'
import { prepareCluster, prepareFolders } from './cluster'
import { EmbeddedDatabaseError } from './errors'
import { Keeper } from './keeper'
import { launch } from './launch'
import { clearOwner, type HolderRole, livingOwner, runningPostmaster, writeOwner } from './owner'
import { chooseRung, type RungName, stage } from './rung'

export interface EmbeddedOptions {
  /** The folder of this database, `storage/db`. */
  directory: string
  role: HolderRole
  /** `off` for tests: nothing survives a power cut. */
  durability?: 'full' | 'off'
  binDirectory?: string | undefined
  rung?: RungName
  settings?: Record<string, string>
  /** Told when the database ends by itself, and each time it does not come back. */
  onCrash?: (why: string) => void
  /** Told when it is back. Other programs than a server have ended before it would be. */
  onReturn?: () => void
  /** How long to wait for a database that is going down, or for a program that holds the folder shortly. */
  waitMs?: number
}

export interface SocketTarget {
  socketPath: string
  user: string
  database: string
}

export interface EmbeddedPostgres {
  /** Owns the tables: migrations. */
  owner: SocketTarget
  /** The application: no DDL. */
  app: SocketTarget
  /** Of the postmaster; another one after it had to be started again. */
  readonly pid: number
  /** Ends it in order; resolves also when it has ended by itself. */
  stop(): Promise<void>
}

const DATABASE = 'psm'
const OWNER = 'psm_owner'
const APPLICATION = 'psm_app'
const NOTHING_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
/** Of the socket's name alone: it listens on none unless it is told to. */
const DEFAULT_PORT = '5432'

/**
 * Starts the PostgreSQL of a folder and makes sure that nobody else has it. A folder in use by a living server is
 * refused at once; a database that is going down, or held by a short-lived program, is waited for.
 *
 * What it promises: no orphan when we are killed; Ctrl-C does not reach it; no TCP port; no row content in its log.
 * @throws EmbeddedDatabaseError with one line for the person who started us
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const directory = path.resolve(options.directory)
  await waitForFolder(directory, options.waitMs ?? 30_000)
  const found = findBinaries(directory, options.binDirectory)
  const rung = chooseRung(directory, found, options.rung)
  const folders = prepareFolders(directory, rung)
  const binaries = rung.name === 'setuid' ? stage(directory, found) : found
  prepareCluster(folders, binaries, rung, options.durability !== 'off')
  const settings = { ...(options.durability === 'off' ? NOTHING_DURABLE : {}), ...options.settings }
  const plan = { folders, binaries, rung, settings }
  const socket = path.join(folders.run, `.s.PGSQL.${options.settings?.port ?? DEFAULT_PORT}`)
  const keeper = new Keeper(plan, await launch(plan), options)
  try {
    await createRoles(socket)
    writeOwner(directory, options.role, socket)
  } catch (error) {
    await keeper.stop()
    throw error
  }
  return {
    ...targets(socket),
    get pid() {
      return keeper.pid
    },
    async stop() {
      await keeper.stop()
      clearOwner(directory)
    },
  }
}

/** The running database of a folder, for programs beside its owner. */
export async function findRunning(
  directory: string,
): Promise<{ owner: SocketTarget; app: SocketTarget; heldBy: HolderRole; pid: number } | undefined> {
  const owner = livingOwner(path.resolve(directory))
  if (owner === undefined) return undefined
  return { ...targets(owner.socketPath), heldBy: owner.role, pid: owner.pid }
}

function targets(socketPath: string): { owner: SocketTarget; app: SocketTarget } {
  return {
    owner: { socketPath, user: OWNER, database: DATABASE },
    app: { socketPath, user: APPLICATION, database: DATABASE },
  }
}

/** A process that was killed may be seen for a moment longer. */
const DYING_MS = 1_000

async function waitForFolder(directory: string, waitMs: number): Promise<void> {
  const startedAt = Date.now()
  const giveUpAt = startedAt + waitMs
  for (;;) {
    const owner = livingOwner(directory)
    if (owner?.role === 'server' && (owner.pid === process.pid || Date.now() > startedAt + DYING_MS))
      throw inUse(directory, owner.pid)
    const postmaster = runningPostmaster(path.join(directory, 'data'))
    if (owner === undefined && postmaster === undefined) return
    if (Date.now() > giveUpAt) throw inUse(directory, owner?.pid ?? postmaster ?? 0)
    await wait(50)
  }
}

function inUse(directory: string, pid: number): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('storage_in_use', `${directory} is in use by process ${pid}`)
}

/** Two roles, neither a superuser: in a user namespace the superuser could write files as our own user. */
async function createRoles(socketPath: string): Promise<void> {
  const sql = postgres({
    path: socketPath,
    user: 'postgres',
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  try {
    const known = new Set((await sql`select rolname from pg_roles`).map((row) => row.rolname as string))
    for (const role of [OWNER, APPLICATION])
      if (!known.has(role)) await sql.unsafe(`create role ${role} login`)
    const [database] = await sql`select 1 from pg_database where datname = ${DATABASE}`
    if (database === undefined) await sql.unsafe(`create database ${DATABASE} owner ${OWNER}`)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
