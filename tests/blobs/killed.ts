import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { BlobKey } from '../../src/blobs/keys'
import type { BlobStoreSettings } from '../../src/blobs/open'

/** Builds the program of `writer.ts` into a directory; answers its path. The S3 library is left outside. */
export async function buildWriter(directory: string): Promise<string> {
  const outfile = path.join(directory, 'writer.mjs')
  const entry = fileURLToPath(new URL('writer.ts', import.meta.url))
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@aws-sdk/*'],
    logLevel: 'error',
  })
  return outfile
}

/** Starts the writer, kills it with SIGKILL when it has said this many lines, and answers them. */
export async function killWriter(
  program: string,
  settings: BlobStoreSettings,
  { mode, key, lines }: { mode: 'half' | 'many'; key?: BlobKey; lines: number },
): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [program, JSON.stringify(settings), mode, key ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  }
  await exited
  return said
}
