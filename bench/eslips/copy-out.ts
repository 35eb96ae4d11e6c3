import { execFile, execFileSync } from 'node:child_process'
import { createReadStream, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import type { SocketTarget } from '../../src/db/embedded'

/** What anybody does who wants a day in a file: psql and gzip, at their own speed. */
export interface CopyOut {
  /** Whole seconds of the clock, parts and all, and the file's size. */
  measure(day: string): Promise<{ seconds: number; sizeBytes: number }>
}

/** Undefined where psql or gzip is missing. */
export function copyOut(directory: string, target: SocketTarget, rows: number): CopyOut | undefined {
  if (!isThere('psql') || !isThere('gzip')) return undefined
  const file = path.join(directory, 'day.copy.gz')
  const client = ['psql', '-X', '-q', '-h', path.dirname(target.socketPath), '-U', target.user]
  return {
    async measure(day) {
      const statement = `COPY (SELECT * FROM eslips WHERE filed_at >= '${day} 00:00Z'
        AND filed_at < '${day} 00:00Z'::timestamptz + interval '1 day' ORDER BY tid, filed_at) TO STDOUT`
      const startedAt = performance.now()
      await promisify(execFile)('sh', [
        ...['-c', 'file=$1; shift; "$@" | gzip > "$file"', 'sh', file],
        ...[...client, '-d', target.database, '-c', statement],
      ])
      const seconds = (performance.now() - startedAt) / 1000
      const sizeBytes = statSync(file).size
      const copied = await linesOf(file)
      rmSync(file)
      if (copied !== rows) throw new Error(`COPY gave ${copied} of ${rows} rows`)
      return { seconds, sizeBytes }
    },
  }
}

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The shell does not tell whether psql failed: the rows do. */
async function linesOf(file: string): Promise<number> {
  let lines = 0
  for await (const chunk of createReadStream(file).pipe(createGunzip()) as AsyncIterable<Buffer>)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++
  return lines
}
