import { createReadStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { checkKey } from '../../../blobs/keys'
import { BackupError } from './errors'
import { BLOB_LIST } from './manifest'

const Listed = z.strictObject({
  key: z.string().transform(checkKey),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int().nonnegative(),
})

/** A blob as it lies in a backup. */
export type ListedBlob = z.output<typeof Listed>

/**
 * The blobs of a backup, in the order of their keys, one line of the list in memory.
 * @param isWhole false where it was broken off: what cannot be read ends it, without a word
 * @throws BackupError
 */
export async function* readBlobList(folder: string, isWhole: boolean): AsyncGenerator<ListedBlob, void> {
  const file = path.join(folder, BLOB_LIST)
  const input = createReadStream(file)
  let before = ''
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const listed = parseLine(line)
      if (listed === undefined || listed.key <= before) {
        if (!isWhole) return
        throw new BackupError('damaged_backup', `${file} is damaged after ${before || 'its beginning'}.`)
      }
      before = listed.key
      yield listed
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (isWhole) throw new BackupError('damaged_backup', `${file} is not there: this backup is damaged.`)
  } finally {
    input.destroy()
  }
}

function parseLine(line: string): ListedBlob | undefined {
  try {
    return Listed.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** Walks several lists along with the keys that are asked for in their order. */
export class Shelves {
  readonly #lists: { folder: string; items: AsyncGenerator<ListedBlob, void>; at: ListedBlob | undefined }[]

  private constructor(folders: readonly { folder: string; isWhole: boolean }[]) {
    this.#lists = folders.map(({ folder, isWhole }) => ({
      folder,
      items: readBlobList(folder, isWhole),
      at: undefined,
    }))
  }

  static async open(folders: readonly { folder: string; isWhole: boolean }[]): Promise<Shelves> {
    const shelves = new Shelves(folders)
    for (const list of shelves.#lists) list.at = (await list.items.next()).value ?? undefined
    return shelves
  }

  /** Where a blob lies in a backup before this one. */
  async find(key: string): Promise<(ListedBlob & { folder: string }) | undefined> {
    let found: (ListedBlob & { folder: string }) | undefined
    for (const list of this.#lists) {
      while (list.at !== undefined && list.at.key < key)
        list.at = (await list.items.next()).value ?? undefined
      if (list.at?.key === key) found ??= { ...list.at, folder: list.folder }
    }
    return found
  }

  async close(): Promise<void> {
    for (const { items } of this.#lists) await items.return()
  }
}
