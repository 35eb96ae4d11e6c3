import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../core/context'
import { decodeCursor, encodeCursor } from '../../core/paging'
import { query } from '../../core/verb'
import {
  BEGINNING,
  type ChainRow,
  compareHead,
  type Found,
  findProblem,
  fits,
  type Head,
  NO_HASH,
  readAnchor,
  type Sound,
  tellsClock,
} from './chain'
import { auditOutsideLimits } from './errors'
import { type AuditVerification, VerifyAuditInput } from './schemas'

/** Rows that one call looks at: some hundreds of milliseconds. */
const MOST_ROWS = 20_000
/** Rows in memory. */
const CHUNK = 200
/** So many rows put in side by side are known for what they are. */
const LOOKED_AROUND = 200

const Position = z.tuple([z.number().int(), z.string().regex(/^[0-9a-f]{64}$/), z.number().int()])

/** With each row, what was so at the moment of all of them. */
interface ReadRow extends ChainRow {
  headSeq: number
  headCount: number
  headHash: string
  heads: number
  /** Up to this row nobody wrote down where the clock was set back. */
  orderedFrom: number
  lowest: number
  isUnnumbered: boolean
}

/**
 * Walks the chain on from where the last call ended, computes each hash anew, and names the first row that is not as it
 * was written. At its end the chain must be where its head says, and where `head` says that it once was. It changes
 * nothing. `audit_outside_limits`.
 */
export const verifyAudit = query(
  { permission: 'audit:read', input: VerifyAuditInput },
  async (ctx, { cursor, head }): Promise<AuditVerification> => {
    if (visibilityOf(ctx.actor).kind !== 'all') throw auditOutsideLimits()
    const from = cursor === undefined ? BEGINNING : positionOf(cursor)
    const anchor = head === undefined ? undefined : readAnchor(head)
    let sound: Sound = from
    let end: Sound = BEGINNING
    let heads = 0
    /** When the last sound row says to be from; none before the first. */
    let lastMicros = from === BEGINNING ? 0 : undefined
    const tell = (found?: Omit<Found, 'after'> & Partial<Found>): AuditVerification => ({
      checked: sound.count - from.count,
      checkedInAll: sound.count,
      nextCursor: null,
      problem: found === undefined ? null : { after: sound.seq, ...found },
      head: end,
    })
    for await (const rows of readRows(ctx, from.seq)) {
      for (const row of rows) {
        end = { seq: row.headSeq, count: row.headCount, hash: row.headHash }
        heads = row.heads
        // The walk begins at one, and psm_append never numbers below.
        if (row.isUnnumbered) return tell({ seq: 0, problem: 'inserted', after: 0 })
        if (row.lowest < 1) return tell({ seq: row.lowest, problem: 'inserted', after: 0 })
        if (row.seq === null) continue
        const seq = Number(row.seq)
        if (lastMicros === undefined && seq === from.seq && row.hash === from.hash) {
          lastMicros = Number(row.atMicros)
          continue
        }
        // A second row of a number.
        if (seq <= sound.seq) return tell({ seq, problem: 'inserted' })
        if (lastMicros === undefined) return tell({ seq, problem: 'missing_before' })
        if (!fits(row, sound)) {
          return tell(findProblem(row, sound, await readAround(ctx, sound.seq, row)))
        }
        if (anchor !== undefined && sound.seq < anchor.seq && seq >= anchor.seq && !isAt(anchor, row))
          return tell({ seq: anchor.seq, problem: 'head_differs' })
        // By the rules of the chain, but not by psm_append, which would have moved its head.
        if (end.seq > 0 && seq > end.seq) return tell({ seq, problem: 'inserted' })
        if (Number(row.atMicros) < lastMicros && seq > row.orderedFrom && !tellsClock(row))
          return tell({ seq, problem: 'time_backwards' })
        lastMicros = Number(row.atMicros)
        sound = { seq, hash: row.hash, count: sound.count + 1 }
      }
    }
    if (lastMicros === undefined) return tell({ seq: from.seq, problem: 'tail_missing', after: 0 })
    if (sound.count - from.count === MOST_ROWS)
      return { ...tell(), nextCursor: encodeCursor([sound.seq, sound.hash, sound.count]) }
    const wrong = heads === 1 ? compareHead(sound, end) : 'head_differs'
    if (wrong !== undefined) return tell({ seq: Math.max(end.seq, sound.seq), problem: wrong })
    if (anchor !== undefined && anchor.seq > sound.seq)
      return tell({ seq: anchor.seq, problem: 'tail_missing' })
    return tell()
  },
)

function positionOf(cursor: string): Sound {
  const [seq, hash, count] = decodeCursor(cursor, Position)
  return { seq, hash, count }
}

const isAt = (anchor: Head, row: ChainRow) => Number(row.seq) === anchor.seq && row.hash === anchor.hash

/**
 * One statement, and so one moment: the head goes with exactly these rows. Without any there is one row with the head alone.
 * The row that the last call ended with is read again, for its time, and for another one of its number.
 */
function readRows({ sql }: Ctx, lastSeq: number) {
  const [since, most] = lastSeq === 0 ? [1, MOST_ROWS] : [lastSeq, MOST_ROWS + 1]
  return sql<(ReadRow | (Omit<ReadRow, 'seq'> & { seq: null }))[]>`
    select coalesce(h.seq, 0)::float8 as "headSeq", coalesce(h.count, 0)::float8 as "headCount",
      coalesce(encode(h.hash, 'hex'), ${NO_HASH}) as "headHash", coalesce(h.ordered_from, 0)::float8 as "orderedFrom",
      (select count(*) from audit_head)::int as heads,
      (select coalesce(min(seq), 1) from audit_entries)::float8 as lowest,
      exists (select from audit_entries where seq is null) as "isUnnumbered", e.*
    from (values (1)) one (id) left join (select * from audit_head order by seq desc limit 1) h on true
      left join lateral (${chainRows(sql, since, most)}) e on true`.cursor(CHUNK)
}

async function readAround({ sql }: Ctx, soundSeq: number, row: ChainRow) {
  const [before, following] = await Promise.all([
    sql<ChainRow[]>`
      select ${chainColumns(sql)} from audit_entries e where seq <= ${soundSeq}
      order by e.seq desc limit ${LOOKED_AROUND}`,
    sql<ChainRow[]>`${chainRows(sql, Number(row.seq), LOOKED_AROUND + 1)}`,
  ])
  return { before, following: following.filter(({ seq, hash }) => seq !== row.seq || hash !== row.hash) }
}

const chainRows = (sql: Ctx['sql'], sinceSeq: number, most: number) => sql`
  select ${chainColumns(sql)} from audit_entries e where seq >= ${sinceSeq} order by e.seq limit ${most}`

const chainColumns = (sql: Ctx['sql']) => sql`
  seq::text as seq, trunc(extract(epoch from at) * 1000000)::text as "atMicros", actor_kind as "actorKind",
  actor_id::text as "actorId", actor_name as "actorName", action, subject_kind as "subjectKind",
  subject_id as "subjectId", subject_label as "subjectLabel", changes::text as changes, request_id as "requestId",
  address, encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash`

/** Where the chain ends now. */
export async function readHead({ sql }: Pick<Ctx, 'sql'>): Promise<Sound> {
  const [head] = await sql<Sound[]>`
    select seq::float8 as seq, count::float8 as count, encode(hash, 'hex') as hash from audit_head`
  return head ?? BEGINNING
}
