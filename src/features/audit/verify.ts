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

interface ReadRow extends ChainRow {
  headSeq: number
  headCount: number
  headHash: string
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
        if (row.seq === null) continue
        const seq = Number(row.seq)
        if (!fits(row, sound)) {
          return tell(findProblem(row, sound, await readAround(ctx, sound.seq, seq)))
        }
        if (anchor !== undefined && sound.seq < anchor.seq && seq >= anchor.seq && !isAt(anchor, row))
          return tell({ seq: anchor.seq, problem: 'head_differs' })
        // By the rules of the chain, but not by psm_append, which would have moved its head.
        if (end.seq > 0 && seq > end.seq) return tell({ seq, problem: 'inserted' })
        sound = { seq, hash: row.hash, count: sound.count + 1 }
      }
    }
    if (sound.count - from.count === MOST_ROWS)
      return { ...tell(), nextCursor: encodeCursor([sound.seq, sound.hash, sound.count]) }
    const wrong = compareHead(sound, end)
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

/** One statement, and so one moment: the head goes with exactly these rows. Without any there is one row with the head alone. */
function readRows({ sql }: Ctx, afterSeq: number) {
  return sql<(ReadRow | (Omit<ReadRow, 'seq'> & { seq: null }))[]>`
    select coalesce(h.seq, 0)::float8 as "headSeq", coalesce(h.count, 0)::float8 as "headCount",
      coalesce(encode(h.hash, 'hex'), ${NO_HASH}) as "headHash", e.*
    from (values (1)) one (id) left join audit_head h using (id)
      left join lateral (${chainRows(sql, afterSeq, MOST_ROWS)}) e on true`.cursor(CHUNK)
}

async function readAround({ sql }: Ctx, soundSeq: number, seq: number) {
  const [before, following] = await Promise.all([
    sql<ChainRow[]>`
      select ${chainColumns(sql)} from audit_entries e where seq <= ${soundSeq}
      order by e.seq desc limit ${LOOKED_AROUND}`,
    sql<ChainRow[]>`${chainRows(sql, seq, LOOKED_AROUND)}`,
  ])
  return { before, following }
}

const chainRows = (sql: Ctx['sql'], afterSeq: number, most: number) => sql`
  select ${chainColumns(sql)} from audit_entries e where seq > ${afterSeq} order by e.seq limit ${most}`

const chainColumns = (sql: Ctx['sql']) => sql`
  seq::text as seq, (extract(epoch from at) * 1000000)::bigint::text as "atMicros", actor_kind as "actorKind",
  actor_id::text as "actorId", actor_name as "actorName", action, subject_kind as "subjectKind",
  subject_id as "subjectId", subject_label as "subjectLabel", changes::text as changes, request_id as "requestId",
  address, encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash`

/** Where the chain ends now. */
export async function readHead({ sql }: Pick<Ctx, 'sql'>): Promise<Sound> {
  const [head] = await sql<Sound[]>`
    select seq::float8 as seq, count::float8 as count, encode(hash, 'hex') as hash from audit_head`
  return head ?? BEGINNING
}
