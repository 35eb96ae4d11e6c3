import { apkRefused } from '../errors'
import type { ApkArchive } from '../read/archive'
import { Cursor, refusedAs } from '../read/cursor'

/** Blocks by their ids, of the APK Signing Block before the ZIP's directory. */
export interface SigningBlock {
  start: number
  blocks: ReadonlyMap<number, Buffer>
}

/** Ids of signatures, by scheme; those that are newer than this reader are known to exist. */
export const BLOCK = { v2: 0x7109871a, v3: 0xf05368c0, 'v3.1': 0x1b93ad61 } as const

const MAGIC = 'APK Sig Block 42'
const FOOTER_BYTES = 24
/** Signatures take some kilobytes; makers add sections of their own. */
const MOST_BLOCK_BYTES = 32 * 1024 * 1024

/** Undefined where the APK has none: then it is signed by v1, or not at all. */
export async function readSigningBlock({ source, places }: ApkArchive): Promise<SigningBlock | undefined> {
  const end = places.directoryStart
  if (end < FOOTER_BYTES + 8) return undefined
  const footer = await source.read(end - FOOTER_BYTES, FOOTER_BYTES)
  if (footer.toString('latin1', 8) !== MAGIC) return undefined
  const sizeBytes = Number(footer.readBigUInt64LE(0))
  if (sizeBytes < FOOTER_BYTES || sizeBytes + 8 > end) throw apkRefused('bad_signature', 'signing block')
  if (sizeBytes > MOST_BLOCK_BYTES) throw apkRefused('bad_signature', 'signing block')
  const start = end - sizeBytes - 8
  const bytes = await source.read(start, sizeBytes + 8 - FOOTER_BYTES)
  if (Number(bytes.readBigUInt64LE(0)) !== sizeBytes) throw apkRefused('bad_signature', 'signing block')
  return { start, blocks: refusedAs('bad_signature', () => readPairs(bytes.subarray(8))) }
}

function readPairs(bytes: Buffer): Map<number, Buffer> {
  const known: readonly number[] = Object.values(BLOCK)
  const blocks = new Map<number, Buffer>()
  const cursor = new Cursor(bytes)
  while (cursor.left > 0) {
    const lengthBytes = Number(cursor.take(8).readBigUInt64LE())
    const pair = new Cursor(cursor.take(lengthBytes))
    const id = pair.u32()
    if (!known.includes(id)) continue
    if (blocks.has(id)) throw apkRefused('bad_signature', 'two of one scheme')
    blocks.set(id, pair.take(pair.left))
  }
  return blocks
}
