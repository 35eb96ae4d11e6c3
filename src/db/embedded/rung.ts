import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Binaries } from './binaries'
import { EmbeddedDatabaseError } from './errors'

const NOBODY = 65534

/**
 * PostgreSQL refuses to run as root, and initdb wants a named user. The ladder, best rung first:
 *
 * - `plain`: an ordinary named user.
 * - `userns`: a user namespace in which we are nobody. We stay the owner of our files, so a 0700 home is no obstacle.
 * - `setpriv`: nobody, with the one capability that lets it through closed folders.
 * - `setuid`: nobody, the files are handed over and the programs copied to where it can reach them.
 */
export type RungName = 'plain' | 'userns' | 'setpriv' | 'setuid'

export interface Rung {
  name: RungName
  /** Put before every command. */
  prefix: readonly string[]
  ids: { uid?: number; gid?: number }
  /** Who must own the files. */
  owner: { uid: number; gid: number }
}

const USERNS = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--']
const SETPRIV = [
  'setpriv',
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--',
]

/** Chooses the highest rung that carries `postgres --version`, or the one that is asked for. */
export function chooseRung(directory: string, binaries: Binaries, wanted: RungName | undefined): Rung {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  const candidates: Rung[] = []
  if (uid !== 0 && isNamed()) candidates.push({ name: 'plain', prefix: [], ids: {}, owner: { uid, gid } })
  candidates.push({ name: 'userns', prefix: USERNS, ids: {}, owner: { uid, gid } })
  if (uid === 0) {
    const nobody = { uid: NOBODY, gid: NOBODY }
    candidates.push({ name: 'setpriv', prefix: SETPRIV, ids: {}, owner: nobody })
    candidates.push({ name: 'setuid', prefix: [], ids: nobody, owner: nobody })
  }
  const tried: string[] = []
  for (const rung of candidates) {
    if (wanted !== undefined && rung.name !== wanted) continue
    const reachable = rung.name === 'setuid' ? stage(directory, binaries) : binaries
    const outcome = spawnSync(...commandOf(rung, path.join(reachable.bin, 'postgres'), ['--version']), {
      ...rung.ids,
      cwd: '/',
      env: environmentOf(reachable),
      encoding: 'utf8',
    })
    if (outcome.status === 0) return rung
    tried.push(`${rung.name}: ${(outcome.stderr || String(outcome.error ?? 'failed')).trim().split('\n')[0]}`)
  }
  throw new EmbeddedDatabaseError(
    'cannot_run_embedded',
    `the embedded database cannot run here (${tried.join('; ')}): run as a normal user or set DATABASE_URL`,
  )
}

export function commandOf(rung: Rung, program: string, args: readonly string[]): [string, string[]] {
  const [first, ...rest] = [...rung.prefix, program, ...args]
  return [first as string, rest]
}

export function environmentOf(binaries: Binaries): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(binaries.loaderPath === undefined ? {} : { LD_LIBRARY_PATH: binaries.loaderPath }),
  }
}

/** Programs in a closed home are out of reach for another user: a copy beside the data is not. */
export function stage(directory: string, binaries: Binaries): Binaries {
  if (binaries.native === undefined) return binaries
  const staged = path.join(directory, 'native')
  if (!existsSync(staged)) {
    const temporary = `${staged}.tmp`
    rmSync(temporary, { recursive: true, force: true })
    cpSync(binaries.native, temporary, { recursive: true, verbatimSymlinks: true })
    renameSync(temporary, staged)
  }
  const loaderPath =
    binaries.loaderPath === undefined
      ? undefined
      : `${path.join(directory, 'lib')}:${path.join(staged, 'lib')}`
  return { native: staged, bin: path.join(staged, 'bin'), loaderPath }
}

function isNamed(): boolean {
  try {
    os.userInfo()
    return true
  } catch {
    return false
  }
}
