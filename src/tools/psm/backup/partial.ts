import { readlinkSync } from 'node:fs'
import { open, readFile, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sizeOf } from '../../../blobs/durable'
import { bornAt } from '../../../db/embedded/owner'
import { BLOB_LIST, DATABASE, MANIFEST } from './manifest'

/** Lies in a folder for as long as a backup is being made in it. */
const SIGN = 'under-way.json'
const TOLD_EVERY_MS = 10_000
/** Who has not told of itself for this long is gone, by the clock of the file system. */
const GONE_AFTER_MS = 90_000

interface Sign {
  place: string
  pid: number
  bornAt: string
}

/** A machine, and on it a container: where a process id means something. */
function thisPlace(): string {
  try {
    return `${os.hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return os.hostname()
  }
}

export interface UnderWay {
  end(): Promise<void>
}

/** Says in the folder, again and again, that a backup is being made in it. */
export async function tellUnderWay(folder: string): Promise<UnderWay> {
  const sign: Sign = { place: thisPlace(), pid: process.pid, bornAt: bornAt(process.pid) ?? '' }
  const text = `${JSON.stringify(sign)}\n`
  const file = await open(path.join(folder, SIGN), 'wx', 0o600)
  await file.writeFile(text)
  // The same bytes at the same place: that needs no room on a disk that is full, and its file system's clock says when.
  const timer = setInterval(() => void file.write(text, 0).catch(() => {}), TOLD_EVERY_MS)
  timer.unref()
  return {
    async end() {
      clearInterval(timer)
      await file.close()
      // Where it cannot go it harms nobody: it is not told again.
      await rm(path.join(folder, SIGN), { force: true }).catch(() => {})
    },
  }
}

/** @param beside the folder of a backup that is being made just now */
async function isUnderWay(folder: string, beside: string): Promise<boolean> {
  try {
    const file = path.join(folder, SIGN)
    const sign = JSON.parse(await readFile(file, 'utf8')) as Sign
    if (sign.place === thisPlace() && bornAt(sign.pid) !== sign.bornAt) return false
    const [told, now] = await Promise.all([stat(file), stat(path.join(beside, SIGN))])
    return now.mtimeMs - told.mtimeMs < GONE_AFTER_MS
  } catch {
    return false
  }
}

/**
 * Of what broken-off backups have left, keeps the one with the most files to take over, and of it the files alone. A backup
 * that somebody else is making is none of them.
 */
export async function keepLargest(
  partial: readonly string[],
  beside: string,
): Promise<{ folder: string; listBytes: number } | undefined> {
  let largest: { folder: string; listBytes: number } | undefined
  const rest: string[] = []
  for (const folder of partial) {
    if (await isUnderWay(folder, beside)) continue
    const listBytes = (await sizeOf(path.join(folder, BLOB_LIST))) ?? 0
    if (listBytes > 0 && listBytes >= (largest?.listBytes ?? 0)) {
      if (largest !== undefined) rest.push(largest.folder)
      largest = { folder, listBytes }
    } else rest.push(folder)
  }
  for (const folder of rest) await rm(folder, { recursive: true, force: true })
  if (largest !== undefined) await removeRows(largest.folder)
  return largest
}

/** After a failure: the new one stays where it has come further than the one before, and gives its room for rows back. */
export async function settleBroken(
  folder: string,
  earlier: { folder: string; listBytes: number } | undefined,
): Promise<void> {
  const listBytes = (await sizeOf(path.join(folder, BLOB_LIST))) ?? 0
  const isFurther = listBytes > (earlier?.listBytes ?? 0)
  const lesser = isFurther ? earlier?.folder : folder
  if (lesser !== undefined) await rm(lesser, { recursive: true, force: true })
  if (isFurther) await removeRows(folder)
}

async function removeRows(folder: string): Promise<void> {
  for (const one of [MANIFEST, DATABASE]) await rm(path.join(folder, one), { recursive: true, force: true })
}
