import type { PlatformId } from '../../core/platforms'
import type { RawSql } from '../../db/client'
import type { TerminalState } from './lists'

/** What the terminals' door must know of a terminal, read in one query. */
export interface DoorTerminal {
  terminalId: string
  serial: string
  platform: PlatformId
  model: string
  state: TerminalState
  intervalSeconds: number | null
  /** Secrets that open the door. */
  credentials: { id: string; hash: Buffer; state: 'pending' | 'current' }[]
  /** The client's own hash of its last accepted status. */
  clientHash: string | null
  statusDigest: Buffer | null
}

interface Row {
  terminalId: string
  serial: string
  platform: PlatformId
  model: string
  state: TerminalState
  intervalSeconds: number | null
  clientHash: string | null
  statusDigest: Buffer | null
  secrets: { id: string; hash: string; state: 'pending' | 'current' }[] | null
}

const STREAM_ROWS = 5_000
const NO_ID = '00000000-0000-0000-0000-000000000000'

/** The terminals with these ids. */
export async function loadDoorTerminals(
  sql: RawSql,
  { terminalIds }: { terminalIds: readonly string[] },
): Promise<DoorTerminal[]> {
  if (terminalIds.length === 0) return []
  return (await sql<Row[]>`${select(sql)} where t.id = any(${terminalIds as string[]}::uuid[])`).map(toDoor)
}

/** The terminals that own these secrets, as far as they live. */
export async function findDoorTerminals(
  sql: RawSql,
  { tokenHashes }: { tokenHashes: readonly Buffer[] },
): Promise<DoorTerminal[]> {
  const hashes = tokenHashes.map((hash) => hash.toString('hex'))
  const rows = await sql<Row[]>`${select(sql)} where t.id in (
    select subject_id from unnest(${hashes}::text[]) as given(hash)
    join credentials on token_hash = decode(given.hash, 'hex')
    where subject_kind = 'terminal' and credentials.state <> 'ended')`
  return rows
    .map(toDoor)
    .filter((one) => one.state === 'expected' || one.state === 'active' || one.state === 'suspended')
}

/** Every terminal that has a secret in use, batch by batch, each a statement of its own: all in one may take longer than a statement may. */
export async function* streamDoorTerminals(sql: RawSql): AsyncIterable<DoorTerminal[]> {
  for (let after = NO_ID; ; ) {
    const rows = await sql<(Omit<Row, 'secrets'> & { credentialId: string; hash: Buffer })[]>`
      select t.id as "terminalId", t.serial, t.platform, t.model, t.state,
        t.check_in_interval_seconds as "intervalSeconds", s.client_hash as "clientHash",
        s.status_digest as "statusDigest", c.id as "credentialId", c.token_hash as hash
      from credentials c
      join terminals t on t.id = c.subject_id
      left join terminal_status s on s.terminal_id = t.id
      where c.subject_kind = 'terminal' and c.state = 'current' and t.state in ('active', 'suspended')
        and c.subject_id > ${after}
      order by c.subject_id limit ${STREAM_ROWS}`
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(({ credentialId, hash, ...row }) => ({
      ...row,
      credentials: [{ id: credentialId, hash, state: 'current' as const }],
    }))
    after = last.terminalId
  }
}

function select(sql: RawSql) {
  return sql`
    select t.id as "terminalId", t.serial, t.platform, t.model, t.state,
      t.check_in_interval_seconds as "intervalSeconds", s.client_hash as "clientHash",
      s.status_digest as "statusDigest", (select json_agg(json_build_object('id', c.id, 'hash', encode(c.token_hash, 'hex'), 'state', c.state))
       from credentials c
       where c.subject_kind = 'terminal' and c.subject_id = t.id and c.state <> 'ended') as secrets
    from terminals t left join terminal_status s on s.terminal_id = t.id`
}

function toDoor({ secrets, ...row }: Row): DoorTerminal {
  const credentials = (secrets ?? []).map((one) => ({ ...one, hash: Buffer.from(one.hash, 'hex') }))
  return { ...row, credentials }
}
