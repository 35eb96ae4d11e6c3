import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { writeDurably } from '../blobs/durable'
import { ConfigurationError } from '../config'
import { psmCall } from './paths'

/** Why a storage folder must not be used as it is, as one line for whoever started the program. */
export class StorageMarkError extends Error {
  override readonly name = 'StorageMarkError'
  constructor(
    readonly code: 'restore_unfinished' | 'database_moved' | 'store_foreign',
    message: string,
  ) {
    super(message)
  }
}

/** Stands in a storage folder from the first byte of a restore to its end. */
export interface RestoreMark {
  /** The backup. */
  from: string
  /** SHA-256 of its manifest. */
  manifest: string
  begunAt: string
  /** Which the store for binaries bears from now on; undefined in a mark of a version that knew none. */
  storeId?: string
  /** The rows are there, compared and committed. */
  isLoaded: boolean
}

/** Stands beside an embedded database whose rows are elsewhere now. */
export interface MoveMark {
  /** Host and database, without who and with which password. */
  to: string
  at: string
}

const restoreFile = (storage: string) => path.join(storage, 'restoring.json')
const moveFile = (storage: string) => path.join(storage, 'db', 'moved.json')

export const readRestoreMark = (storage: string) => read<RestoreMark>(storage, restoreFile(storage))
export const writeRestoreMark = (storage: string, mark: RestoreMark) =>
  writeDurably(restoreFile(storage), `${JSON.stringify(mark)}\n`)
export const removeRestoreMark = (storage: string) => rm(restoreFile(storage))
export const readMoveMark = (storage: string) => read<MoveMark>(storage, moveFile(storage))
export const writeMoveMark = (storage: string, mark: MoveMark) =>
  writeDurably(moveFile(storage), `${JSON.stringify(mark)}\n`)

/** @throws StorageMarkError, ConfigurationError where the folder cannot be used at all */
export function requireUsable(storage: string, isEmbedded: boolean): void {
  const restoring = readRestoreMark(storage)
  if (restoring !== undefined)
    throw new StorageMarkError(
      'restore_unfinished',
      `A restore into ${storage} was broken off: run it again (${psmCall(`restore --from ${restoring.from}`)}), or empty the folder and begin anew.`,
    )
  const moved = isEmbedded ? readMoveMark(storage) : undefined
  if (moved !== undefined)
    throw new StorageMarkError(
      'database_moved',
      `The database of ${storage} was moved to ${moved.to} at ${moved.at}: set DATABASE_URL to it. To go back to what was here before, and lose what came since, remove ${moveFile(storage)}.`,
    )
}

function read<Mark>(storage: string, file: string): Mark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Mark
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR') throw new ConfigurationError([`STORAGE_DIR: ${storage} is not a folder`])
    if (code === 'EACCES' || code === 'EPERM')
      throw new ConfigurationError([
        `STORAGE_DIR: ${storage} may not be read by the account that runs this program (${code})`,
      ])
    throw error
  }
}
