import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Settings } from '../config'

const SECRET_BYTES = 32

/**
 * The secret that signs session cookies and encrypts second factors: AUTH_SECRET, else one that is made with the first
 * start and kept in the storage folder, readable by the server's user alone.
 */
export async function authSecret({ signIn, storage }: Settings): Promise<string> {
  if (signIn.secret !== undefined) return signIn.secret
  const folder = path.join(storage.directory, 'secrets')
  const file = path.join(folder, 'auth-secret')
  const known = await readSecret(file)
  if (known !== undefined) return known
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Written whole under another name first: a server that starts at the same moment reads all of it or nothing.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(SECRET_BYTES).toString('base64url')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft, { force: true })
  const made = await readSecret(file)
  if (made === undefined) throw new Error(`${file} could not be made.`)
  return made
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim()
    if (text.length < SECRET_BYTES)
      throw Object.assign(new Error(`${file} is too short to be a secret: restore it from a backup.`), {
        code: 'auth_secret_broken',
      })
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
