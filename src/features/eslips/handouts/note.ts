import { and, desc, eq, gte, sql } from 'drizzle-orm'
import { type Actor, type Ctx, visibilityOf } from '../../../core/context'
import { newId } from '../../../core/ids'
import type { HandoutFormat, HandoutKind } from './lists'
import { eslipHandouts } from './tables'

/** Who is given slips: an operator, a key or a webhook. */
export interface Recipient {
  id: string
  name: string
}

export interface Handout {
  kind: HandoutKind
  format?: HandoutFormat
  by: Recipient
  slips: readonly { seq: number }[]
}

const MINUTE_MS = 60_000
/** Runs of numbers in one row, which is written anew as it grows. */
const MOST_RUNS = 1_000
const MOST_SHOWN = 50

/** The caller as one who is given slips; the server itself and terminals are none. */
export function recipientOf(actor: Actor): Recipient | undefined {
  return actor.kind === 'operator' || actor.kind === 'integrator' ? actor : undefined
}

/**
 * Notes that slips are handed out. By those who hand them out, before they do: nobody has a slip without a note. What one
 * is given within a minute is one row.
 */
export async function noteHandout(ctx: Ctx, { kind, format, by, slips }: Handout): Promise<void> {
  if (slips.length === 0) return
  const now = ctx.clock.now()
  const at = now.toISOString()
  const minute = new Date(now.getTime() - (now.getTime() % MINUTE_MS)).toISOString()
  const numbers = runsOf(slips.map(({ seq }) => seq))
  await ctx.db.execute(sql`
    with grown as (
      update eslip_handouts h set numbers = h.numbers + ${numbers}::text::int8multirange,
        count = h.count + ${slips.length}, last_at = ${at}::timestamptz
      where h.id = (
          select l.id from eslip_handouts l
          where l.actor_id = ${by.id} and l.began_at >= ${minute}::timestamptz and l.kind = ${kind}
            and l.format is not distinct from ${format ?? null}::text and l.archive_number is null
          order by l.began_at desc limit 1)
        and (select count(*) from unnest(h.numbers)) < ${MOST_RUNS}
      returning h.id)
    insert into eslip_handouts (id, kind, format, actor_id, actor_name, numbers, count, began_at, last_at)
    select ${newId(now.getTime())}, ${kind}, ${format ?? null}, ${by.id}, ${by.name},
      ${numbers}::text::int8multirange, ${slips.length}, ${at}::timestamptz, ${at}::timestamptz
    where not exists (select from grown)`)
}

/** The same for the file of an archive, or a part of it: whoever goes on within the minute is one row as well. */
export async function noteArchiveHandout(
  ctx: Ctx,
  by: Recipient,
  archive: { number: number; rows: number },
): Promise<void> {
  const now = ctx.clock.now()
  const minute = new Date(now.getTime() - (now.getTime() % MINUTE_MS))
  const grown = await ctx.db
    .update(eslipHandouts)
    .set({ lastAt: now })
    .where(
      and(
        eq(eslipHandouts.actorId, by.id),
        eq(eslipHandouts.archiveNumber, archive.number),
        gte(eslipHandouts.beganAt, minute),
      ),
    )
    .returning({ id: eslipHandouts.id })
  if (grown.length > 0) return
  await ctx.db.insert(eslipHandouts).values({
    id: newId(now.getTime()),
    kind: 'downloaded',
    format: 'parquet',
    actorId: by.id,
    actorName: by.name,
    numbers: '{}',
    archiveNumber: archive.number,
    count: archive.rows,
    beganAt: now,
    lastAt: now,
  })
}

/**
 * To whom a slip was handed out, the latest first, at most 50; a caller with limits hears of what it was given itself.
 * @param archiveNumber of the archive it is in
 */
export function handoutsOf({ db, actor }: Ctx, slip: { seq: number; archiveNumber?: number }) {
  const own = visibilityOf(actor).kind === 'limited' ? recipientOf(actor)?.id : undefined
  return db
    .select({
      kind: eslipHandouts.kind,
      format: eslipHandouts.format,
      by: eslipHandouts.actorName,
      at: eslipHandouts.lastAt,
    })
    .from(eslipHandouts)
    .where(
      and(
        own === undefined ? undefined : eq(eslipHandouts.actorId, own),
        sql`(${eslipHandouts.numbers} @> ${slip.seq}::bigint
          or ${eslipHandouts.archiveNumber} = ${slip.archiveNumber ?? null}::int)`,
      ),
    )
    .orderBy(desc(eslipHandouts.lastAt), desc(eslipHandouts.id))
    .limit(MOST_SHOWN)
}

/** Numbers as PostgreSQL reads runs of them. */
function runsOf(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && number <= run[1] + 1) run[1] = number
    else runs.push([number, number])
  }
  return `{${runs.map(([first, last]) => `[${first},${last}]`).join()}}`
}
