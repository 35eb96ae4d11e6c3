import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Binaries } from './binaries'
import { EmbeddedDatabaseError } from './errors'
import { commandOf, environmentOf, type Rung } from './rung'

/** A unix socket's path may have 107 bytes; PostgreSQL adds its own name. */
const LONGEST_SOCKET_DIRECTORY = 107 - '/.s.PGSQL.5432.lock'.length

export interface Folders {
  directory: string
  data: string
  /** Where the socket is. */
  run: string
  log: string
}

/** Makes the folders, closed to everybody else, and hands them to whom the rung needs. */
export function prepareFolders(directory: string, rung: Rung): Folders {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const run = socketDirectory(directory)
  mkdirSync(run, { recursive: true, mode: 0o700 })
  // A folder in the shared temporary directory may have been made by somebody else to listen in.
  const found = lstatSync(run)
  const isOurs = [process.getuid?.(), rung.owner.uid].includes(found.uid) && found.isDirectory()
  if (!isOurs && path.dirname(run) !== directory)
    throw new EmbeddedDatabaseError('cannot_run_embedded', `${run} belongs to somebody else`)
  chmodSync(run, 0o700)
  const folders = {
    directory,
    data: path.join(directory, 'data'),
    run,
    log: path.join(directory, 'postgres.log'),
  }
  handOver(folders, rung)
  return folders
}

export function socketDirectory(directory: string): string {
  const beside = path.join(directory, 'run')
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_DIRECTORY) return beside
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16)
  return path.join(os.tmpdir(), `psm-${process.getuid?.() ?? 0}-${name}`)
}

/** Files made on another rung belong to somebody else: ownership follows the rung. Only root can and needs to. */
function handOver({ directory, data, run }: Folders, { owner }: Rung): void {
  if (process.getuid?.() !== 0) return
  const isForeign = [directory, data, run].some((one) => existsSync(one) && statSync(one).uid !== owner.uid)
  if (isForeign) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, directory, run])
}

/** Makes the cluster where there is none; refuses one of another major version, whose files cannot be read. */
export function prepareCluster(folders: Folders, binaries: Binaries, rung: Rung, isDurable: boolean): void {
  const { data } = folders
  const major = majorOf(binaries, rung)
  const versionFile = path.join(data, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim()
    if (found === major) return
    throw new EmbeddedDatabaseError(
      'other_major_version',
      `${data} was made by PostgreSQL ${found}, this is ${major}: export with the old version, or set PG_BIN_DIR to it`,
    )
  }
  const temporary = `${data}.init`
  rmSync(temporary, { recursive: true, force: true })
  const locale =
    Number(major) >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C.UTF-8']
  const args = ['-D', temporary, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', ...locale]
  const outcome = spawnSync(
    ...commandOf(rung, path.join(binaries.bin, 'initdb'), isDurable ? args : [...args, '--no-sync']),
    { ...rung.ids, cwd: '/', env: environmentOf(binaries), encoding: 'utf8' },
  )
  if (outcome.status !== 0)
    throw new EmbeddedDatabaseError(
      'did_not_start',
      `the embedded database could not be made: ${whyNotMade(data, outcome.stderr || String(outcome.error))}`,
    )
  // The name comes last: an interrupted initdb never leaves half a cluster behind.
  renameSync(temporary, data)
}

/** Of all that initdb says the line with the cause: its last one only says that it tidies up. */
export function whyNotMade(data: string, said: string): string {
  const lines = said.trim().split('\n')
  const cause = lines.find((line) => /\b(error|FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? ''
  const words = cause.replace(/^.*?\b(?:error|FATAL|PANIC):\s*/, '')
  return /No space left on device|Disk quota exceeded/.test(said)
    ? `the disk of ${data} is full (${words}): a new database takes about 60 MB, and then its rows and as much for their write-ahead log`
    : words
}

function majorOf(binaries: Binaries, rung: Rung): string {
  const outcome = spawnSync(...commandOf(rung, path.join(binaries.bin, 'postgres'), ['--version']), {
    ...rung.ids,
    cwd: '/',
    env: environmentOf(binaries),
    encoding: 'utf8',
  })
  return /(\d+)(?:\.\d+|beta|rc)/.exec(outcome.stdout ?? '')?.[1] ?? ''
}
