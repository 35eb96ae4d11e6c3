import { randomUUID } from 'node:crypto'
import { open, readFile, unlink } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, linkExclusively, syncDirectory, writeDurably } from './durable'
import { storeFailure } from './errors'
import { INCOMING_PREFIX } from './keys'

/** In the root of a store, where no key of a blob can be. */
export const MARK_NAME = 'psmanager-store.json'

/** Says whose store this is: a database remembers the id of the store that has its files. */
export interface StoreMark {
  /** The id, undefined where there is no mark, and `unreadable` where there is something else under its name. */
  read(): Promise<string | undefined>
  /** False where another mark is there, or has just come. */
  put(id: string): Promise<boolean>
  /** Puts this one in the place of whatever is there. */
  replace(id: string): Promise<void>
  /** Fine where there is none. */
  remove(): Promise<void>
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const textOfMark = (id: string) => `${JSON.stringify({ storeId: id })}\n`

/** The id in a mark. */
export function idOfMark(text: string): string {
  try {
    const { storeId } = JSON.parse(text) as { storeId?: unknown }
    return typeof storeId === 'string' && UUID.test(storeId) ? storeId : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/** The mark of a store of files below this folder. */
export function fileMark(root: string): StoreMark {
  const file = path.join(root, MARK_NAME)
  const guarded = async <Result>(work: () => Promise<Result>) =>
    work().catch((error: unknown) => {
      throw storeFailure(error)
    })
  const gone = (error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  return {
    read: () =>
      guarded(async () => {
        const text = await readFile(file, 'utf8').catch(gone)
        return text === undefined ? undefined : idOfMark(text)
      }),
    put: (id) =>
      guarded(async () => {
        const draft = path.join(root, INCOMING_PREFIX, randomUUID())
        try {
          const handle = await open(draft, 'wx', 0o600)
          try {
            await handle.writeFile(textOfMark(id))
            await handle.sync()
          } finally {
            await handle.close()
          }
          const isOurs = await linkExclusively(draft, file)
          await syncDirectory(root)
          return isOurs
        } finally {
          await unlink(draft).catch(() => {})
        }
      }),
    replace: (id) => guarded(() => writeDurably(file, textOfMark(id))),
    remove: () =>
      guarded(async () => {
        await unlink(file).catch(gone)
        await syncDirectory(root)
      }),
  }
}
