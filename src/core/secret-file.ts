import { randomBytes } from 'node:crypto'
import { chown, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/** The text of a secret's file, without blanks around it; undefined where there is none. */
export async function readSecretFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Makes a secret's file, readable by the server's user alone; where another was quicker its file stays. */
export async function createSecretFile(file: string, text: string): Promise<void> {
  const draft = await writeDraft(file, text)
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft, { force: true })
  await syncFolder(file)
}

/**
 * Puts another text into a secret's file in one step: who reads has the one or the other. The file stays its owner's: a
 * command that root runs must not lock out the server.
 */
export async function replaceSecretFile(file: string, text: string): Promise<void> {
  const { uid, gid } = await stat(file)
  const draft = await writeDraft(file, text)
  try {
    if (uid !== process.getuid?.()) await chown(draft, uid, gid)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(file)
}

/** Written whole under another name first: a server that starts at the same moment reads all of it or nothing. */
async function writeDraft(file: string, text: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return draft
}

async function syncFolder(file: string): Promise<void> {
  const folder = await open(path.dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
