import { setTimeout as pause } from 'node:timers/promises'
import { and, asc, count, isNotNull, ne, sql } from 'drizzle-orm'
import type { WrappingKey } from '../../config-values'
import type { Ctx } from '../../core/context'
import type { WrappedKey } from '../../core/key-encryption'
import { inMutation, inTransaction } from '../../core/verb'
import { rotationUnfinished } from './errors'
import { contextOf, lockWrapping } from './objects'
import { keyFiles } from './tables'
import { newWrappingKey, readWrappingKeys, writeWrappingKeys } from './wrapping-keys'

const BATCH = 200
const PAUSE_MS = 100
/** Rows that others hold for longer than this are left to the next call. */
const MOST_PAUSES = 600

export interface Rotation {
  /** Under which all data keys are wrapped now. */
  wrappingKey: string
  /** Files whose data key was wrapped anew; their bytes are as they were. */
  rewrapped: number
  /** Wrapping keys that were taken out of the file; with keys from the settings whoever runs the servers takes them out. */
  dropped: string[]
}

/**
 * Puts a new wrapping key in the place of those that are there, beside running servers. In this order: the new key comes
 * into the file while nobody wraps, so that all who wrap afterwards take it; then row after row is wrapped anew, batches
 * of them in transactions of their own; last, the old keys go while nobody wraps and no row needs them. A call that ends in
 * the middle leaves keys and rows that fit, and the next one goes on.
 * With keys from the settings there is no new key: all rows come under the first one. For the command line alone: no
 * permission stands for it.
 * `rotation_unfinished`.
 * @param told how many rows were wrapped anew so far, after each batch
 */
export async function rotateWrappingKey(
  ctx: Ctx,
  told: (rewrapped: number) => void = () => {},
): Promise<Rotation> {
  const isFromFile = ctx.settings.keys.wrappingKeys === undefined
  if (isFromFile) await addKey(ctx)
  const rewrapped = await rewrapAll(ctx, told)
  const dropped = isFromFile ? await dropUnused(ctx) : []
  const wrappingKey = await ctx.keyEncryption.activeId()
  await inMutation(ctx, async (scope) =>
    scope.audit({
      action: 'key.wrapping_rotated',
      subject: { kind: 'wrapping_key', id: wrappingKey, label: wrappingKey },
      after: { rewrapped, ...(dropped.length === 0 ? {} : { dropped }) },
    }),
  )
  return { wrappingKey, rewrapped, dropped }
}

/** Under the lock nobody wraps, and whoever has wrapped under an older key has committed its row. */
const addKey = (ctx: Ctx) =>
  inTransaction(ctx, async (scope) => {
    await lockWrapping(scope.db)
    const known = await readWrappingKeys(scope.settings)
    await writeWrappingKeys(scope.settings, [newWrappingKey(scope.clock.now()), ...known])
  })

async function rewrapAll(ctx: Ctx, told: (rewrapped: number) => void): Promise<number> {
  let rewrapped = 0
  for (let pauses = 0; ; ) {
    const activeId = await ctx.keyEncryption.activeId()
    const done = await rewrapSome(ctx, activeId)
    rewrapped += done
    if (done > 0) told(rewrapped)
    else if ((await countOthers(ctx, activeId)) === 0) return rewrapped
    else if (++pauses > MOST_PAUSES) throw rotationUnfinished()
    else await pause(PAUSE_MS)
  }
}

/** Rows that somebody holds just now are passed over: a rotation waits for nobody who waits for it. */
const rewrapSome = (ctx: Ctx, activeId: string) =>
  inTransaction(ctx, async ({ db, keyEncryption }): Promise<number> => {
    const rows = await db
      .select({
        id: keyFiles.id,
        terminalId: keyFiles.terminalId,
        sha256: keyFiles.sha256,
        wrappingKey: keyFiles.wrappingKey,
        wrappedKey: keyFiles.wrappedKey,
      })
      .from(keyFiles)
      .where(and(isNotNull(keyFiles.wrappedKey), ne(keyFiles.wrappingKey, activeId)))
      .orderBy(asc(keyFiles.wrappingKey), asc(keyFiles.id))
      .limit(BATCH)
      .for('update', { skipLocked: true })
    const anew: { id: string; wrapping_key: string; wrapped: string }[] = []
    for (const { wrappingKey, wrappedKey, ...file } of rows) {
      if (wrappingKey === null || wrappedKey === null) continue
      const { wrappingKey: id, wrapped } = await wrapAnew(
        keyEncryption,
        { wrappingKey, wrapped: wrappedKey },
        contextOf(file),
      )
      anew.push({ id: file.id, wrapping_key: id, wrapped: wrapped.toString('hex') })
    }
    if (anew.length > 0)
      await db.execute(sql`
        update key_files f set wrapping_key = r.wrapping_key, wrapped_key = decode(r.wrapped, 'hex')
        from jsonb_to_recordset(${JSON.stringify(anew)}::text::jsonb) as r(id uuid, wrapping_key text, wrapped text)
        where f.id = r.id`)
    return anew.length
  })

async function wrapAnew(
  keyEncryption: Ctx['keyEncryption'],
  wrapped: WrappedKey,
  context: string,
): Promise<WrappedKey> {
  const dataKey = await keyEncryption.unwrap(wrapped, context)
  try {
    return await keyEncryption.wrap(dataKey, context)
  } finally {
    dataKey.fill(0)
  }
}

async function countOthers({ db }: Pick<Ctx, 'db'>, activeId: string): Promise<number> {
  const [row] = await db
    .select({ others: count() })
    .from(keyFiles)
    .where(and(isNotNull(keyFiles.wrappedKey), ne(keyFiles.wrappingKey, activeId)))
  return row?.others ?? 0
}

/** What no row is wrapped under any more, looked at while nobody wraps; the active one stays. */
const dropUnused = (ctx: Ctx) =>
  inTransaction(ctx, async ({ db, settings }): Promise<string[]> => {
    await lockWrapping(db)
    const used = await db
      .selectDistinct({ id: keyFiles.wrappingKey })
      .from(keyFiles)
      .where(isNotNull(keyFiles.wrappedKey))
    const keys = await readWrappingKeys(settings)
    const isNeeded = ({ id }: WrappingKey, at: number) => at === 0 || used.some((row) => row.id === id)
    const kept = keys.filter(isNeeded)
    if (kept.length < keys.length) await writeWrappingKeys(settings, kept)
    return keys.filter((one) => !kept.includes(one)).map(({ id }) => id)
  })
