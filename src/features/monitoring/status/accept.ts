import { hash } from 'node:crypto'
import type { RawQuery, RawSql } from '../../../db/client'
import { type CardFinding, recordCardFindingsRaw } from '../card-findings'
import { changesBetween, mismatchesOf, type StatusChanges } from './decide'
import { withoutCardNumbers } from './guard'
import type { Status } from './schemas'

export interface ReportedStatus {
  terminalId: string
  status: Status
  clientHash: string | null
  receivedAtMs: number
}

/** Top-level fields of the status that differ from the one before; empty: nothing new was said. */
export type AcceptedStatus = { changedFields: readonly string[]; digest: Buffer }

interface KnownRow {
  terminal_id: string
  serial: string
  model: string
  tids: { acquirer: string; tid: string }[]
  status: Status | null
  status_digest: Buffer | null
  client_hash: string | null
}

/** What tells one status from another. However a terminal orders its fields, the schema puts them into its own order. */
export function statusDigest(status: Status): Buffer {
  return hash('sha256', JSON.stringify(status), 'buffer')
}

/**
 * Keeps the statuses of many terminals in one commit: the newest word of each, and a history row where something
 * changed, both without card numbers. What is known already costs a read and no write. Answers in the order given.
 */
export async function acceptStatuses(
  sql: RawSql,
  reports: readonly ReportedStatus[],
): Promise<AcceptedStatus[]> {
  const ids = [...new Set(reports.map((report) => report.terminalId))]
  const known = new Map((await loadKnown(sql, ids)).map((row) => [row.terminal_id, row]))
  const results: AcceptedStatus[] = []
  const upserts = new Map<string, ReturnType<typeof toUpsert>>()
  const leaks: CardFinding[] = []
  const history: { t: string; at: string; changes: StatusChanges }[] = []
  for (const report of reports) {
    const row = known.get(report.terminalId)
    if (row === undefined) {
      results.push({ changedFields: [], digest: statusDigest(report.status) })
      continue
    }
    const digest = statusDigest(report.status)
    const same = row.status_digest?.equals(digest) ? row.status : null
    const status = same ?? withoutCardNumbers(report.status, registeredNames(row))
    const changes = same === null ? changesBetween(row.status, status) : {}
    const changedFields = Object.keys(changes)
    const isNew = row.status === null || changedFields.length > 0
    if (isNew || row.client_hash !== report.clientHash) {
      upserts.set(
        report.terminalId,
        toUpsert({ ...report, status }, row.serial, digest, mismatchesOf(row, status)),
      )
      if (same === null && JSON.stringify(status) !== JSON.stringify(report.status))
        leaks.push({ terminalId: report.terminalId, source: 'message', count: 1, atMs: report.receivedAtMs })
      if (isNew)
        history.push({ t: report.terminalId, at: new Date(report.receivedAtMs).toISOString(), changes })
      // A second report of the same terminal in this batch is compared with the first.
      known.set(report.terminalId, {
        ...row,
        status,
        status_digest: digest,
        client_hash: report.clientHash,
      })
    }
    results.push({ changedFields, digest })
  }
  if (leaks.length > 0)
    await sql.begin(async (inside) => {
      await write(inside, [...upserts.values()], history)
      await recordCardFindingsRaw(inside, leaks)
    })
  else if (upserts.size > 0) await write(sql, [...upserts.values()], history)
  return results
}

function registeredNames({ serial, tids }: KnownRow): Set<string> {
  return new Set([serial, ...tids.map(({ tid }) => tid)])
}

function toUpsert(report: ReportedStatus, serial: string, digest: Buffer, mismatches: readonly string[]) {
  return {
    t: report.terminalId,
    serial,
    status: report.status,
    digest: digest.toString('hex'),
    hash: report.clientHash,
    mismatches,
    at: new Date(report.receivedAtMs).toISOString(),
  }
}

function loadKnown(sql: RawSql, ids: readonly string[]): Promise<KnownRow[]> {
  return sql<KnownRow[]>`
    select t.id as terminal_id, t.serial, t.model, s.status, s.status_digest, s.client_hash,
      coalesce((select json_agg(json_build_object('acquirer', i.acquirer, 'tid', i.tid))
                from terminal_tids i where i.terminal_id = t.id), '[]') as tids
    from terminals t left join terminal_status s on s.terminal_id = t.id
    where t.id = any(${ids as string[]}::uuid[])`
}

/** One statement, so one commit. Ordered, so that two batches that share terminals lock them in one order. */
async function write(
  sql: RawQuery,
  upserts: readonly ReturnType<typeof toUpsert>[],
  history: readonly { t: string; at: string; changes: StatusChanges }[],
): Promise<void> {
  await sql`
    with kept as (
      insert into terminal_status (terminal_id, serial, status, status_digest, client_hash, mismatches, received_at)
      select t, serial, status, decode(digest, 'hex'), hash, mismatches, at
      from jsonb_to_recordset(${JSON.stringify(upserts)}::text::jsonb)
        as x(t uuid, serial text, status jsonb, digest text, hash text, mismatches text[], at timestamptz)
      order by t
      on conflict (terminal_id) do update set
        status = excluded.status, status_digest = excluded.status_digest, client_hash = excluded.client_hash,
        mismatches = excluded.mismatches, received_at = excluded.received_at
      where terminal_status.received_at <= excluded.received_at)
    insert into status_history (terminal_id, at, changes)
    select t, at, changes from jsonb_to_recordset(${JSON.stringify(history)}::text::jsonb)
      as x(t uuid, at timestamptz, changes jsonb)`
}
