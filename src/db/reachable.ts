import { type ConnectionTarget, connect, type RawSql } from './client'

/** Why a database does not take us, as one line that says what to do. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
  readonly code = 'database_unreachable'
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])
const ABSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
])

/** What answers at a target. */
export interface Reached {
  role: string
  database: string
  /** The same for two targets only where they lead to the same database of the same server. */
  identity: string
  /** Something between hands each transaction to any connection it has: no session of ours outlives one. */
  isPooled: boolean
}

/**
 * Asks a database who it is.
 * @param setting what names it
 * @throws DatabaseUnreachable
 */
export async function checkReachable(target: ConnectionTarget, setting: string): Promise<Reached> {
  const sql = connect({ ...target, isPooled: true }, { max: 1, applicationName: 'psm-reach' })
  try {
    const found = await sql<{ role: string; database: string; oid: number; pid: number }[]>`
      select current_user::text as role, current_database()::text as database, pg_backend_pid() as pid,
        (select oid::int8::float8 from pg_database where datname = current_database()) as oid`
    const row = found[0] as (typeof found)[number]
    const { role, database } = row
    // A pooler gives its clients numbers of its own: connections of the server behind it come and go.
    const isPooled = found.state.pid !== row.pid
    return { role, database, identity: `${await systemOf(sql)} ${row.oid} ${database}`, isPooled }
  } catch (error) {
    throw new DatabaseUnreachable(`${setting}: ${whyNot(target, error)}`, { cause: error })
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Made with the server's files, and different for each; empty where the operator hides it. */
async function systemOf(sql: RawSql): Promise<string> {
  try {
    const [row] = await sql<{ id: string }[]>`select system_identifier::text as id from pg_control_system()`
    return row?.id ?? ''
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return ''
    throw error
  }
}

/**
 * Whether targets that the settings name fit together.
 * @throws DatabaseUnreachable which setting to look at
 */
export function requireFitting(app: Reached, owner: Reached, direct: Reached): void {
  const others = [
    { setting: 'DATABASE_OWNER_URL', reached: owner },
    { setting: 'DATABASE_DIRECT_URL', reached: direct },
  ]
  for (const { setting, reached } of others) {
    if (reached.identity !== app.identity)
      throw new DatabaseUnreachable(
        `${setting} leads to the database ${reached.database}, DATABASE_URL to ${app.database}${reached.database === app.database ? ' of another server' : ''}: both must name the same one.`,
      )
  }
  if (direct.isPooled)
    throw new DatabaseUnreachable(
      app.isPooled && direct.role === app.role
        ? 'DATABASE_URL leads through a pooler such as PgBouncer: name the database itself, past it, in DATABASE_DIRECT_URL (and in DATABASE_OWNER_URL, where that is set).'
        : 'DATABASE_DIRECT_URL leads through a pooler such as PgBouncer: name the database itself there, past it.',
    )
  if (owner.isPooled)
    throw new DatabaseUnreachable(
      'DATABASE_OWNER_URL leads through a pooler such as PgBouncer: name the database itself there, past it. Migrations hold a lock that a pooler would keep.',
    )
}

function whyNot(target: ConnectionTarget, error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string }
  const place = 'url' in target ? placeOf(target.url) : target.socketPath
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate of ${place} is not for that name (${message}): name the host as the certificate does, or give it another certificate.`
  if (UNTRUSTED.has(code))
    return `the certificate of ${place} is of no authority that is trusted here (${message}): name the file of its authority by DATABASE_CA_FILE.`
  if (code.startsWith('CERT_'))
    return `the certificate of ${place} is not valid (${message}): renew it there.`
  if (isWithoutTls(code, message))
    return `${place} offers no TLS: switch it on there (ssl = on), or set DATABASE_TLS=disable where nobody can listen in on the way.`
  if (code === '28000' && /no encryption|SSL off/.test(message))
    return `${place} takes encrypted connections only (${message}): set DATABASE_TLS=verify-full.`
  if (code === '28P01' || code === '28000') return `${place} does not let us in: ${message}.`
  if (code === '08P01' && /unsupported startup parameter/.test(message))
    return `a pooler at ${place} refuses what it is asked for (${message}): let it ignore that parameter (ignore_startup_parameters of PgBouncer), or take it out of the URL.`
  if (code === '3D000') return `${place}: ${message}: make it first, as the README says.`
  if (ABSENT.has(code))
    return `${place} cannot be reached (${code}): is the address right, and is PostgreSQL running there?`
  return `${place} cannot be used: ${message}${code === '' ? '' : ` (${code})`}.`
}

/** The server says in one letter that it has none; what TLS then sends it, it takes for nonsense, and hangs up. */
function isWithoutTls(code: string, message: string): boolean {
  if (code === 'ECONNRESET' && /before secure TLS connection/.test(message)) return true
  return (
    code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  )
}

/** Host and port, of several hosts all, without who and with which password. */
const placeOf = (url: string): string => url.replace(/^\w+:\/\/(?:[^/?]*@)?/, '').split(/[/?]/)[0] ?? ''
