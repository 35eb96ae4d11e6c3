import { setTimeout as pause } from 'node:timers/promises'
import { and, asc, count, isNotNull, ne, notInArray, type SQL, sql } from 'drizzle-orm'
import { MOST_WRAPPING_KEYS, type WrappingKey } from '../../config-values'
import type { Ctx } from '../../core/context'
import { isFailure } from '../../core/errors'
import type { WrappedKey } from '../../core/key-encryption'
import { inMutation, inTransaction } from '../../core/verb'
import { rotationUnfinished, wrappedKeyUnreadable } from './errors'
import { contextOf, lockWrapping } from './objects'
import { keyFiles } from './tables'
import { newWrappingKey, readWrappingKeys, writeWrappingKeys } from './wrapping-keys'

const BATCH = 200
const PAUSE_MS = 100
/** Rows that others hold for longer than this are left to the next call. */
const MOST_PAUSES = 600
/** More rows that cannot be opened are no damage but a wrapping key that is not there. */
const MOST_UNREADABLE = 1_000
const UNREADABLE = new Set(['wrapped_key_unreadable', 'wrapping_key_unknown'])

export interface Rotation {
  /** Under which all data keys are wrapped now. */
  wrappingKey: string
  /** Files whose data key was wrapped anew; their bytes are as they were. */
  rewrapped: number
  /** Wrapping keys that were taken out of the file; with keys from the settings whoever runs the servers takes them out. */
  dropped: string[]
  /** Files whose data key cannot be opened: they stay under the wrapping key they name. */
  unreadable: string[]
}

/**
 * Puts a new wrapping key in the place of those that are there, beside running servers. In this order: the new key comes
 * into the file while nobody wraps, so that all who wrap afterwards take it; then row after row is wrapped anew, batches
 * of them in transactions of their own; last, the old keys go while nobody wraps and no row needs them. A call that ends in
 * the middle leaves keys and rows that fit, and the next one goes on. What cannot be opened holds up none of the others.
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
  const { rewrapped, unreadable } = await rewrapAll(ctx, told)
  const dropped = isFromFile ? await dropUnused(ctx) : []
  const wrappingKey = await ctx.keyEncryption.activeId()
  await inMutation(ctx, async (scope) =>
    scope.audit({
      action: 'key.wrapping_rotated',
      subject: { kind: 'wrapping_key', id: wrappingKey, label: wrappingKey },
      after: {
        rewrapped,
        ...(dropped.length === 0 ? {} : { dropped }),
        ...(unreadable.length === 0 ? {} : { unreadable: unreadable.length }),
      },
    }),
  )
  return { wrappingKey, rewrapped, dropped, unreadable }
}

/**
 * Under the lock nobody wraps, and whoever has wrapped under an older key has committed its row. A file that is full of keys
 * by calls that did not come to their end gets none: one more, and nobody could read it.
 */
const addKey = (ctx: Ctx) =>
  inTransaction(ctx, async (scope) => {
    await lockWrapping(scope.db)
    const known = await readWrappingKeys(scope.settings)
    if (known.length >= MOST_WRAPPING_KEYS) return
    await writeWrappingKeys(scope.settings, [newWrappingKey(scope.clock.now()), ...known])
  })

async function rewrapAll(
  ctx: Ctx,
  told: (rewrapped: number) => void,
): Promise<Pick<Rotation, 'rewrapped' | 'unreadable'>> {
  let rewrapped = 0
  const unreadable: string[] = []
  for (let pauses = 0; ; ) {
    const activeId = await ctx.keyEncryption.activeId()
    const others = isUnderAnother(activeId, unreadable)
    const some = await rewrapSome(ctx, others)
    rewrapped += some.rewrapped
    unreadable.push(...some.unreadable)
    if (unreadable.length > MOST_UNREADABLE) throw wrappedKeyUnreadable()
    if (some.rewrapped > 0) told(rewrapped)
    else if (some.unreadable.length > 0) continue
    else if ((await countOthers(ctx, others)) === 0) return { rewrapped, unreadable }
    else if (++pauses > MOST_PAUSES) throw rotationUnfinished()
    else await pause(PAUSE_MS)
  }
}

const isUnderAnother = (activeId: string, except: readonly string[]) =>
  and(
    isNotNull(keyFiles.wrappedKey),
    ne(keyFiles.wrappingKey, activeId),
    except.length === 0 ? undefined : notInArray(keyFiles.id, [...except]),
  )

/** Rows that somebody holds just now are passed over: a rotation waits for nobody who waits for it. */
const rewrapSome = (ctx: Ctx, others: SQL | undefined) =>
  inTransaction(ctx, async ({ db, keyEncryption, log }) => {
    const rows = await db
      .select({
        id: keyFiles.id,
        terminalId: keyFiles.terminalId,
        sha256: keyFiles.sha256,
        wrappingKey: keyFiles.wrappingKey,
        wrappedKey: keyFiles.wrappedKey,
      })
      .from(keyFiles)
      .where(others)
      .orderBy(asc(keyFiles.wrappingKey), asc(keyFiles.id))
      .limit(BATCH)
      .for('update', { skipLocked: true })
    const anew: { id: string; wrapping_key: string; wrapped: string }[] = []
    const unreadable: string[] = []
    for (const { wrappingKey, wrappedKey, ...file } of rows) {
      if (wrappingKey === null || wrappedKey === null) continue
      try {
        const { wrappingKey: id, wrapped } = await wrapAnew(
          keyEncryption,
          { wrappingKey, wrapped: wrappedKey },
          contextOf(file),
        )
        anew.push({ id: file.id, wrapping_key: id, wrapped: wrapped.toString('hex') })
      } catch (error) {
        if (!isFailure(error) || !UNREADABLE.has(error.code)) throw error
        log.error('key_file_unreadable', { fileId: file.id, reason: error.code })
        unreadable.push(file.id)
      }
    }
    if (anew.length > 0)
      await db.execute(sql`
        update key_files f set wrapping_key = r.wrapping_key, wrapped_key = decode(r.wrapped, 'hex')
        from jsonb_to_recordset(${JSON.stringify(anew)}::text::jsonb) as r(id uuid, wrapping_key text, wrapped text)
        where f.id = r.id`)
    return { rewrapped: anew.length, unreadable }
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

async function countOthers({ db }: Pick<Ctx, 'db'>, others: SQL | undefined): Promise<number> {
  const [row] = await db.select({ count: count() }).from(keyFiles).where(others)
  return row?.count ?? 0
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
