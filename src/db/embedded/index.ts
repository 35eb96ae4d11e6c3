import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchmodSync, fchownSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { type Binaries, findBinaries } from './binaries'
import { type Folders, prepareCluster, prepareFolders } from './cluster'
import { EmbeddedDatabaseError } from './errors'
import {
  clearOwner,
  type HolderRole,
  livingOwner,
  parentOf,
  pidFileLine,
  runningPostmaster,
  writeOwner,
} from './owner'
import { chooseRung, commandOf, environmentOf, type Rung, type RungName, stage } from './rung'

export interface EmbeddedOptions {
  /** The folder of this database, `storage/db`. */
  directory: string
  role: HolderRole
  /** `off` for tests: nothing survives a power cut. */
  durability?: 'full' | 'off'
  binDirectory?: string | undefined
  rung?: RungName
  settings?: Record<string, string>
  /** Told when the database ends by itself. */
  onCrash?: (why: string) => void
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
  pid: number
  /** Ends it in order; resolves also when it has ended by itself. */
  stop(): Promise<void>
}

const DATABASE = 'psm'
const OWNER = 'psm_owner'
const APPLICATION = 'psm_app'
const LOG_LIMIT_BYTES = 10 * 1024 * 1024
const START_TIMEOUT_MS = 60_000

/**
 * Stands between us and the server: standard input is a pipe we hold, and its end, also by our sudden death, is a fast
 * shutdown. Descriptor 3 because a background job of sh has /dev/null as standard input.
 */
const SUPERVISE =
  'exec 3<&0; "$@" 3<&- </dev/null & p=$!; (read _ <&3; kill -INT $p) & w=$!; exec 3<&-; wait $p; s=$?; kill $w 2>/dev/null; exit $s'

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
  // Stale after a power cut, and its process id may belong to somebody else by now.
  if (runningPostmaster(folders.data) === undefined)
    rmSync(path.join(folders.data, 'postmaster.pid'), { force: true })
  const server = launch(folders, binaries, rung, options)
  try {
    const pid = await untilReady(folders, server)
    await createRoles(folders)
    writeOwner(directory, options.role, path.join(folders.run, '.s.PGSQL.5432'))
    return {
      ...targets(path.join(folders.run, '.s.PGSQL.5432')),
      pid,
      stop: () => stopServer(directory, pid, server),
    }
  } catch (error) {
    // The end of its pipe is its signal to go; killing the shell would leave the server without a supervisor.
    server.state.isStopping = true
    server.child.stdin?.end()
    throw error
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

interface Launched {
  child: ChildProcess
  exited: Promise<void>
  state: { isGone: boolean; isStopping: boolean }
  log: string
}

function launch(folders: Folders, binaries: Binaries, rung: Rung, options: EmbeddedOptions): Launched {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: folders.run,
    unix_socket_permissions: '0700',
    max_connections: '60',
    // A search without a period takes a lock on each day of slips and on each of its indexes.
    max_locks_per_transaction: '2048',
    // Shared memory on the disk: /dev/shm is 64 MB in containers, and gone with them.
    dynamic_shared_memory_type: 'mmap',
    // No row content, no parameters, no statements in the log: they may hold what must not be on a disk twice.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(options.durability === 'off'
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
    ...options.settings,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openLog(folders.log, rung)
  const [command, rest] = commandOf(rung, path.join(binaries.bin, 'postgres'), ['-D', folders.data, ...args])
  const child = spawn('/bin/sh', ['-c', SUPERVISE, 'sh', command, ...rest], {
    ...rung.ids,
    cwd: '/',
    env: environmentOf(binaries),
    // A session of its own: Ctrl-C is for us, and we stop the database last.
    detached: true,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  child.stdin?.on('error', () => {})
  const state = { isGone: false, isStopping: false }
  const exited = new Promise<void>((resolve) => {
    const end = (why: string) => {
      if (state.isGone) return
      state.isGone = true
      resolve()
      if (!state.isStopping) options.onCrash?.(why)
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(`the database ended (${code ?? signal}), see ${folders.log}`))
  })
  return { child, exited, state, log: folders.log }
}

function openLog(file: string, rung: Rung): number {
  try {
    if (statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`)
  } catch {
    // The first start: there is no log yet.
  }
  const log = openSync(file, 'a', 0o600)
  fchmodSync(log, 0o600)
  if (process.getuid?.() === 0) fchownSync(log, rung.owner.uid, rung.owner.gid)
  return log
}

async function untilReady({ data }: Folders, server: Launched): Promise<number> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  // Two of us may have started at once: the pid file must be that of our own child.
  while (pidFileLine(data, 7) !== 'ready' || parentOf(Number(pidFileLine(data, 0))) !== server.child.pid) {
    if (server.state.isGone || Date.now() > giveUpAt)
      throw new EmbeddedDatabaseError(
        'did_not_start',
        `the embedded database did not start, see ${server.log}`,
      )
    await wait(10)
  }
  return Number(pidFileLine(data, 0))
}

/** Two roles, neither a superuser: in a user namespace the superuser could write files as our own user. */
async function createRoles(folders: Folders): Promise<void> {
  const sql = postgres({
    path: path.join(folders.run, '.s.PGSQL.5432'),
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

async function stopServer(directory: string, pid: number, server: Launched): Promise<void> {
  server.state.isStopping = true
  if (!server.state.isGone) {
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // Ended between the look and the signal.
    }
  }
  await server.exited
  clearOwner(directory)
}
