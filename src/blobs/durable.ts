import { link, mkdir, open, rename, stat } from 'node:fs/promises'
import path from 'node:path'

/** Puts the names in a directory on the disk. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Syncs a directory and all above it up to and including `root`. All of them, each time: a directory that was there
 * already may have been made a moment ago by another put that has not synced it yet.
 */
export async function syncUpwards(directory: string, root: string): Promise<void> {
  for (let at = directory; ; at = path.dirname(at)) {
    await syncDirectory(at)
    if (at === root || at === path.dirname(at)) return
  }
}

/** Makes a directory, readable by us alone, and puts the names of all that had to be made on the disk. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (first !== undefined) await syncUpwards(path.dirname(directory), path.dirname(first))
}

/**
 * Gives a file a name that must be free: false where it is taken. One atomic step where the file system has hard links;
 * elsewhere a look, then a rename.
 */
export async function linkExclusively(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
    if ((await sizeOf(to)) !== undefined) return false
    await rename(from, to)
    return true
  }
}

/** Size of a file in bytes, undefined where there is none. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** Puts a file there, or another text in its place, in one step that survives a power cut. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  await syncDirectory(path.dirname(file))
}
