import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchmodSync, fchownSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Binaries } from './binaries'
import type { Folders } from './cluster'
import { EmbeddedDatabaseError } from './errors'
import { holdersOf, parentOf, pidFileLine, runningPostmaster } from './owner'
import { commandOf, environmentOf, type Rung } from './rung'

const LOG_LIMIT_BYTES = 10 * 1024 * 1024
const START_TIMEOUT_MS = 60_000
const LET_GO_MS = 10_000

/**
 * Stands between us and the server: standard input is a pipe we hold, and its end, also by our sudden death, is a fast
 * shutdown. Descriptor 3 because a background job of sh has /dev/null as standard input.
 */
const SUPERVISE =
  'exec 3<&0; "$@" 3<&- </dev/null & p=$!; (read _ <&3; kill -INT $p) & w=$!; exec 3<&-; wait $p; s=$?; kill $w 2>/dev/null; exit $s'

/** A PostgreSQL on its way, or gone again. */
export interface Launched {
  child: ChildProcess
  /** Resolves with the reason when it has ended, in order or not. */
  ended: Promise<string>
  state: { isGone: boolean }
  log: string
}

export interface Plan {
  folders: Folders
  binaries: Binaries
  rung: Rung
  settings: Readonly<Record<string, string>>
}

/**
 * Starts the PostgreSQL of a folder that nobody holds, and waits until it takes connections.
 * @throws EmbeddedDatabaseError when it does not come up; then none is left running
 */
export async function launch(plan: Plan): Promise<Launched & { pid: number }> {
  await untilLetGo(plan.folders.data)
  const server = spawnServer(plan)
  try {
    return { ...server, pid: await untilReady(plan.folders, server) }
  } catch (error) {
    // The end of its pipe is its signal to go; killing the shell would leave the server without a supervisor.
    server.child.stdin?.end()
    throw error
  }
}

/**
 * The backends of a postmaster that was killed work on for a moment; beside a second postmaster they would spoil the
 * files. PostgreSQL sees them by a number in the pid file, which after a power cut may belong to somebody else.
 */
async function untilLetGo(data: string): Promise<void> {
  const giveUpAt = Date.now() + LET_GO_MS
  for (let held = holdersOf(data); held.length > 0; held = holdersOf(data)) {
    if (Date.now() > giveUpAt)
      throw new EmbeddedDatabaseError('storage_in_use', `${data} is in use by process ${held.join(', ')}`)
    await wait(50)
  }
  if (runningPostmaster(data) === undefined) rmSync(path.join(data, 'postmaster.pid'), { force: true })
}

function spawnServer({ folders, binaries, rung, settings: more }: Plan): Launched {
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
    ...more,
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
  const state = { isGone: false }
  const ended = new Promise<string>((resolve) => {
    const end = (why: string) => {
      state.isGone = true
      resolve(why)
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(`the database ended (${code ?? signal}), see ${folders.log}`))
  })
  return { child, ended, state, log: folders.log }
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
  const state = () =>
    parentOf(Number(pidFileLine(data, 0))) === server.child.pid ? pidFileLine(data, 7) : ''
  for (let now = state(); now !== 'ready'; now = state()) {
    // Recovery after a power cut takes what it takes, and begins anew if it is broken off.
    if (server.state.isGone || (now !== 'starting' && Date.now() > giveUpAt))
      throw new EmbeddedDatabaseError(
        'did_not_start',
        `the embedded database did not start, see ${server.log}`,
      )
    await wait(10)
  }
  return Number(pidFileLine(data, 0))
}
