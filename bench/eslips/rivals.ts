import { execFile, execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { connect, type RawSql } from '../../src/db/client'
import type { SocketTarget } from '../../src/db/embedded'
import { startChild } from '../check-in/processes'
import { sampleSlips } from './requests'
import { COLUMNS, copyChunks, SAMPLES, TERMINALS } from './rows'

const SCRIPT = `\\set t random(1, ${TERMINALS})
\\set n random(1, ${SAMPLES})
INSERT INTO eslips (${COLUMNS.replaceAll('\n', ' ')}) VALUES (gen_random_uuid(), now(), ('00000000-0000-4000-8000-' || lpad(:t::int::text, 12, '0'))::uuid, gen_random_uuid(), gen_random_uuid(), now(), false, false, 'sale', 'approved', :n::int * 100, 'RUB', lpad(:t::int::text, 8, '0'), lpad(:t::int::text, 15, '0'), lpad(:n::int::text, 12, '6'), lpad(:n::int::text, 6, '0'), :n::int::text, lpad((:n::int % 10000)::text, 4, '0'), 'mir', :content::json);
`

/** Who commits each row by itself: what a server does that writes slips as they come. */
export interface SingleRows {
  name: string
  /** Rows per second. */
  measure(target: SocketTarget, connections: number, seconds: number): Promise<number>
}

export function singleRows(directory: string): SingleRows {
  const version = pgbenchVersion()
  if (version === undefined)
    return { name: 'own loop, a commit for each row (no pgbench here)', measure: loop }
  return {
    name: `${version.replaceAll(/[()]/g, '').slice(0, 24).trim()}: a commit for each row`,
    measure: (...args) => pgbench(directory, ...args),
  }
}

function pgbenchVersion(): string | undefined {
  try {
    return execFileSync('pgbench', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

async function pgbench(directory: string, target: SocketTarget, connections: number, seconds: number) {
  const script = path.join(directory, 'single-row.sql')
  writeFileSync(script, SCRIPT)
  const [slip] = sampleSlips('bench', 1)
  const { stdout } = await promisify(execFile)('pgbench', [
    ...['-h', path.dirname(target.socketPath), '-U', target.user, '-n', '-M', 'prepared'],
    ...['-c', String(connections), '-j', '2', '-T', String(seconds), '-f', script],
    ...['-D', `content=${JSON.stringify(slip)}`, target.database],
  ])
  rmSync(script)
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
  if (!(perSecond > 0)) throw new Error(`pgbench said: ${stdout}`)
  return perSecond
}

async function loop(database: SocketTarget, connections: number, seconds: number): Promise<number> {
  const child = startChild([process.execPath], { role: 'rows', database })
  try {
    const told = (await child.ask({ connections, seconds })) as { commits: number; seconds: number }
    return told.commits / told.seconds
  } finally {
    await child.stop()
  }
}

/** The same rows by COPY, all in one commit; their text is made before the clock starts. */
export class Copy {
  readonly #sql: RawSql
  readonly #chunks: Buffer[]
  readonly #rows: number

  constructor(target: SocketTarget, rows: number) {
    this.#sql = connect(target, { max: 1, applicationName: 'psm-bench-copy' })
    this.#rows = rows
    this.#chunks = copyChunks(rows)
  }

  /** Rows per second. */
  async measure(): Promise<number> {
    const startedAt = performance.now()
    const into = await this.#sql`copy eslips (${this.#sql.unsafe(COLUMNS)}) from stdin`.writable()
    await pipeline(Readable.from(this.#chunks), into)
    return this.#rows / ((performance.now() - startedAt) / 1000)
  }

  end(): Promise<void> {
    return this.#sql.end()
  }
}
