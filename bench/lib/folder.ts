import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** A folder of its own, and what is opened in it is closed in the opposite order, however it ends. */
export async function inFolder<Result>(
  work: (directory: string, ends: (() => unknown)[]) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const ends: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })]
  try {
    return await work(directory, ends)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
