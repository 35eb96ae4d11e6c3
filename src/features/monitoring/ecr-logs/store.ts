import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { checkKey, randomKey } from '../../../blobs/keys'
import type { Ctx } from '../../../core/context'
import { newId } from '../../../core/ids'
import { maskChunks } from '../../../core/pan-guard'
import { appendChanges, inTransaction } from '../../../core/verb'
import { isLive, type TerminalState } from '../../terminals'
import { recordCardFindings } from '../card-findings'
import { BlockWriter } from './blocks'
import { type Coding, decoded, unpacked } from './decode'
import { uploadEnded } from './errors'
import { ecrLogRequests, ecrLogs } from './tables'

const MIB = 1024 * 1024
/** A pause of the terminal is waited for by who feeds the source, not by the store. */
const NEVER_IDLE_MS = 24 * 3_600_000
const PURPOSE = 'ecr log'

export interface IncomingLog {
  terminalId: string
  name: string
  coding: Coding
  from: Date | null
  to: Date | null
}

export interface KeptLog {
  id: string
  /** False: the same content was there under this name. */
  isNew: boolean
}

/**
 * Unpacks, decodes, cuts, packs and keeps a log as it comes. Card data is cut before the first write; nothing of what came
 * is kept elsewhere. What does not come to its end leaves nothing behind.
 * @param source ends where the log does, and throws where it is given up
 */
export async function keepLog(
  ctx: Ctx,
  log: IncomingLog,
  source: AsyncIterable<Buffer>,
  receivedBytes: () => number,
): Promise<KeptLog> {
  const now = ctx.clock.now()
  const id = newId(now.getTime())
  const key = randomKey('ecr-logs')
  const maxBytes = ctx.settings.ecrLogs.maxMib * MIB
  const { terminalId, name, coding, from, to } = log
  await ctx.db.insert(ecrLogs).values({
    id,
    terminalId,
    name,
    state: 'coming',
    blobKey: key,
    charset: coding.charset,
    fromAt: from,
    toAt: to,
    receivedAt: now,
  })
  try {
    const digest = createHash('sha256')
    const writer = new BlockWriter()
    let hits = 0
    const plain = hashed(unpacked(source, coding.isPacked, maxBytes), digest)
    const text = maskChunks(decoded(plain, coding.charset), (count) => {
      hits = count
    })
    // Packed text is smaller, and may be larger only where it is next to nothing.
    const stored = await ctx.blobs.put(key, writer.packed(text), {
      maxBytes: 4 * maxBytes,
      idleMs: NEVER_IDLE_MS,
    })
    const contentMac = await ctx.vault.mac(digest.digest(), `${PURPOSE} ${terminalId}`)
    const packedSha256 = stored.sha256
    const kept = { writer, hits, contentMac, packedSha256, receivedBytes: receivedBytes() }
    return await inTransaction(ctx, (within) => settle(within, { ...log, id }, kept))
  } catch (error) {
    await endLog(ctx, id).catch(() => {})
    throw error
  }
}

async function* hashed(source: AsyncIterable<Buffer>, digest: ReturnType<typeof createHash>) {
  for await (const chunk of source) {
    digest.update(chunk)
    yield chunk
  }
}

interface Written {
  writer: BlockWriter
  hits: number
  contentMac: Buffer
  packedSha256: string
  receivedBytes: number
}

/** Two uploads under one name at once get two numbers, or are one log: the terminal's row is their lock. */
async function settle(
  ctx: Ctx,
  log: IncomingLog & { id: string },
  { writer, hits, contentMac, packedSha256, receivedBytes }: Written,
): Promise<KeptLog> {
  const { terminalId, name, id } = log
  const { db } = ctx
  const now = ctx.clock.now()
  const [terminal] = await db.execute<{ state: TerminalState }>(
    sql`select state from terminals where id = ${terminalId} for update`,
  )
  // Who was let in before it was revoked is not let out with a log.
  if (terminal === undefined || !isLive(terminal.state)) throw uploadEnded()
  const ofName = and(eq(ecrLogs.terminalId, terminalId), eq(ecrLogs.name, name), eq(ecrLogs.state, 'kept'))
  const [same] = await db
    .select({ id: ecrLogs.id })
    .from(ecrLogs)
    .where(and(ofName, eq(ecrLogs.contentMac, contentMac)))
  if (same !== undefined) {
    await db.update(ecrLogs).set({ state: 'ended' }).where(eq(ecrLogs.id, id))
    await fulfilRequests(ctx, log, same.id)
    return { id: same.id, isNew: false }
  }
  const [newest] = await db
    .select({ version: sql<number>`coalesce(max(${ecrLogs.version}), 0)::int` })
    .from(ecrLogs)
    .where(and(eq(ecrLogs.terminalId, terminalId), eq(ecrLogs.name, name)))
  const updated = await db
    .update(ecrLogs)
    .set({
      state: 'kept',
      version: (newest?.version ?? 0) + 1,
      contentMac,
      receivedBytes,
      sizeBytes: writer.sizeBytes,
      packedBytes: writer.packedBytes,
      packedSha256,
      rows: writer.rows,
      cardNumbers: hits,
      blocks: writer.blocks,
      firstTime: writer.blocks.find((one) => one.firstTime !== null)?.firstTime ?? null,
      lastTime: writer.blocks.findLast((one) => one.lastTime !== null)?.lastTime ?? null,
    })
    .where(and(eq(ecrLogs.id, id), eq(ecrLogs.state, 'coming')))
    .returning({ id: ecrLogs.id })
  // The sweep took it for one that nobody goes on with.
  if (updated.length === 0) throw uploadEnded()
  if (hits > 0)
    await recordCardFindings(db, [{ terminalId, source: 'ecr-log', count: hits, atMs: now.getTime() }])
  await fulfilRequests(ctx, log, id)
  return { id, isNew: true }
}

/**
 * Ends the requests that this log answers: those of its period; where the terminal says none, the one that it has been told
 * of. What was asked to the second may be answered by whole seconds.
 */
async function fulfilRequests({ db, clock }: Ctx, log: IncomingLog, logId: string): Promise<void> {
  const answered =
    log.from !== null && log.to !== null
      ? sql`date_trunc('second', r.from_at) >= date_trunc('second', ${log.from.toISOString()}::timestamptz)
          and date_trunc('second', r.to_at) <= date_trunc('second', ${log.to.toISOString()}::timestamptz)`
      : sql`exists (select from terminal_actions a where a.terminal_id = r.terminal_id and a.subject_id = r.id
          and a.kind = 'upload-ecr-log' and a.state in ('offered', 'downloading', 'downloaded', 'installed'))`
  const ended = await db.execute(sql`
    update ecr_log_requests r set ended_at = ${clock.now().toISOString()}, outcome = 'answered', retry_at = null, log_id = ${logId}
    where r.terminal_id = ${log.terminalId} and r.ended_at is null and ${answered} returning r.id`)
  if (ended.length > 0) await appendChanges(db, [{ topic: 'terminal', subjectId: log.terminalId }])
}

/** Takes a log out of sight and its bytes from the store; the row goes last. A request that it answered leads nowhere then. */
export async function endLog(ctx: Ctx, id: string): Promise<void> {
  const [row] = await ctx.db
    .update(ecrLogs)
    .set({ state: 'ended' })
    .where(eq(ecrLogs.id, id))
    .returning({ blobKey: ecrLogs.blobKey, terminalId: ecrLogs.terminalId })
  if (row === undefined) return
  await ctx.db
    .update(ecrLogRequests)
    .set({ logId: null })
    .where(and(eq(ecrLogRequests.terminalId, row.terminalId), eq(ecrLogRequests.logId, id)))
  await ctx.blobs.delete(checkKey(row.blobKey))
  await ctx.db.delete(ecrLogs).where(eq(ecrLogs.id, id))
}
