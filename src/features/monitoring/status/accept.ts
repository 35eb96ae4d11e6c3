import type { Ctx } from '../../../core/context'
import type { Vault } from '../../../core/vault'
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

/**
 * What tells one status of a terminal from another. However a terminal orders its fields, the schema puts them into its own order.
 * Keyed: a plain hash beside the status of which card numbers were cut would give the missing digits to whoever tries them.
 */
export function statusDigest(vault: Vault, terminalId: string, status: Status): Promise<Buffer> {
  return vault.mac(Buffer.from(JSON.stringify(status)), `status ${terminalId}`)
}

/**
 * Keeps the statuses of many terminals in one commit: the newest word of each, and a history row where something
 * changed, both without card numbers. What is known already costs a read and no write. Answers in the order given.
 */
export async function acceptStatuses(
  { sql, vault }: Pick<Ctx, 'sql' | 'vault'>,
  reports: readonly ReportedStatus[],
): Promise<AcceptedStatus[]> {
  const digests = await Promise.all(
    reports.map(({ terminalId, status }) => statusDigest(vault, terminalId, status)),
  )
  const ids = [...new Set(reports.map((report) => report.terminalId))]
  const known = new Map((await loadKnown(sql, ids)).map((row) => [row.terminal_id, row]))
  const results: AcceptedStatus[] = []
  const upserts = new Map<string, ReturnType<typeof toUpsert>>()
  const leaks: CardFinding[] = []
  const history: { t: string; at: string; changes: StatusChanges }[] = []
  for (const [at, report] of reports.entries()) {
    const { terminalId, receivedAtMs } = report
    const digest = digests[at] as Buffer
    const row = known.get(terminalId)
    const isSame = row?.status_digest?.equals(digest) ?? false
    if (row === undefined || (isSame && row.client_hash === report.clientHash)) {
      results.push({ changedFields: [], digest })
      continue
    }
    const status = withoutCardNumbers(report.status, registeredNames(row))
    const isCut = status !== report.status
    // The terminal's own hash may be a plain one of what was cut.
    const clientHash = isCut ? null : report.clientHash
    const changes = isSame ? {} : changesBetween(row.status, status)
    const changedFields = Object.keys(changes)
    const isNew = row.status === null || changedFields.length > 0
    if (!isSame || row.client_hash !== clientHash) {
      const kept = { ...report, status, clientHash }
      upserts.set(terminalId, toUpsert(kept, row.serial, digest, mismatchesOf(row, status)))
      if (isCut && !isSame) leaks.push({ terminalId, source: 'message', count: 1, atMs: receivedAtMs })
      if (isNew) history.push({ t: terminalId, at: new Date(receivedAtMs).toISOString(), changes })
      // A second report of the same terminal in this batch is compared with the first.
      known.set(terminalId, { ...row, status, status_digest: digest, client_hash: clientHash })
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
