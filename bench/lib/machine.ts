import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findBinaries } from '../../src/db/embedded/binaries'
import { environmentOf } from '../../src/db/embedded/rung'

/** What figures depend on besides the program. */
export interface Machine {
  processor: string
  memory: string
  system: string
  node: string
  postgres: string
}

export function machineFacts(): Machine {
  const [cpu] = os.cpus()
  return {
    processor: `${os.cpus().length} × ${cpu?.model.trim()}`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()}`,
    node: process.version.slice(1),
    postgres: postgresVersion(),
  }
}

/** Of the embedded one, which all benches use. */
function postgresVersion(): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  try {
    const binaries = findBinaries(directory, undefined)
    const env = environmentOf(binaries)
    const said = execFileSync(path.join(binaries.bin, 'postgres'), ['--version'], { env, encoding: 'utf8' })
    return said.replace(/^postgres \(PostgreSQL\) (\S+).*$/s, '$1')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Of one, five and fifteen minutes. */
export const loadAverage = () =>
  os
    .loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')

const RESULTS = ['README.md', 'bench/results.md', 'bench/results.json'].map((file) => `:!${file}`)

/** Marked where the folder holds something else, besides what measuring writes. */
export function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...RESULTS) !== ''
    return git('rev-parse', '--short=10', 'HEAD') + (isChanged ? ' and changes' : '')
  } catch {
    return 'unknown'
  }
}
