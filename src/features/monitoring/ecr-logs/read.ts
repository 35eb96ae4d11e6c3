import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { checkKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { redactText } from '../../../core/redact'
import { query } from '../../../core/verb'
import { noteHandover } from '../../audit'
import { type FoundLog, findLog } from './find'
import { directionsOf, rowsOf, timeOf } from './rows'
import { type EcrLogRow, FindEcrLogTimeInput, ReadEcrLogInput, SearchEcrLogInput } from './schemas'
import type { Block, ecrLogs } from './tables'

const unpack = promisify<Uint8Array, Buffer>(gunzip)
/** A search looks at so many blocks before it answers. */
const BLOCKS_AT_ONCE = 64

type LogRow = Pick<typeof ecrLogs.$inferSelect, 'blobKey' | 'blocks' | 'rows'>

/** Rows of a log: the last ones, or those from a row on. Only the blocks they lie in are read. The audit log tells who read how many. */
export const readEcrLog = query(
  { permission: 'ecr-logs:read', input: ReadEcrLogInput },
  async (ctx, { logId, count, from }) => {
    const log = await findLog(ctx, logId)
    const first = from ?? Math.max(0, log.rows - count)
    const wanted = log.blocks.filter((one) => one.row < first + count && one.row + one.rows > first)
    const items: EcrLogRow[] = []
    for (const block of wanted) items.push(...(await rowsOfBlock(ctx, log, block)))
    const found = items.filter(({ row }) => row >= first && row < first + count)
    const action = 'ecr_log.viewed'
    if (found.length > 0) await noteHandover(ctx, { action, ...partOf(log, found.length) })
    return { rows: log.rows, items: found }
  },
)

/** Where a text stands. A long log is looked through in several goes. The audit log tells who looked for what. */
export const searchEcrLog = query(
  { permission: 'ecr-logs:read', input: SearchEcrLogInput },
  async (ctx, { logId, text, from, limit }) => {
    const log = await findLog(ctx, logId)
    const wanted = text.toLowerCase()
    const found = await search(ctx, log, { wanted, from, limit })
    // Also where nothing is found: that is told as well.
    const { after, ...part } = partOf(log, found.items.length)
    await noteHandover(ctx, {
      action: 'ecr_log.searched',
      ...part,
      after: { ...after, search: redactText(text) },
    })
    return found
  },
)

async function search(
  ctx: Ctx,
  log: LogRow,
  { wanted, from, limit }: { wanted: string; from: number; limit: number },
): Promise<{ items: EcrLogRow[]; next: number | null }> {
  const items: EcrLogRow[] = []
  const blocks = log.blocks.filter((one) => one.row + one.rows > from)
  for (const block of blocks.slice(0, BLOCKS_AT_ONCE)) {
    for (const one of await rowsOfBlock(ctx, log, block)) {
      if (one.row < from || !one.text.toLowerCase().includes(wanted)) continue
      items.push(one)
      if (items.length === limit) return { items, next: one.row + 1 < log.rows ? one.row + 1 : null }
    }
  }
  return { items, next: blocks[BLOCKS_AT_ONCE]?.row ?? null }
}

/** What is told of rows that somebody is given. */
const partOf = ({ id, serial, name }: FoundLog, rows: number) => ({
  subject: { kind: 'ecr_log', id, label: `${serial} ${name}` },
  after: { terminal: serial },
  amounts: { rows },
})

/** The first row at or after a time; null where all are before it, or none has a time. */
export const findEcrLogTime = query(
  { permission: 'ecr-logs:read', input: FindEcrLogTimeInput },
  async (ctx, { logId, time }) => {
    const log = await findLog(ctx, logId)
    const wanted = time.length === 16 ? `${time}:00` : time
    const block = log.blocks.find((one) => one.lastTime !== null && one.lastTime >= wanted)
    if (block === undefined) return { row: null }
    const rows = await rowsOfBlock(ctx, log, block)
    return { row: rows.find((one) => one.time !== null && one.time >= wanted)?.row ?? block.row }
  },
)

async function rowsOfBlock(ctx: Ctx, log: LogRow, block: Block): Promise<EcrLogRow[]> {
  const { stream } = await ctx.blobs.open(checkKey(log.blobKey), {
    start: block.at,
    endInclusive: block.at + block.packedBytes - 1,
  })
  const texts = rowsOf(await unpack(await buffer(stream)))
  const directions = directionsOf(texts)
  return texts.map((text, at) => ({
    row: block.row + at,
    text,
    time: timeOf(text) ?? null,
    direction: directions[at] ?? null,
  }))
}
