import { type ConnectionTarget, connect } from './client'

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

/**
 * Asks a database one question.
 * @param setting what names it
 * @throws DatabaseUnreachable
 */
export async function checkReachable(target: ConnectionTarget, setting: string): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: 'psm-reach' })
  try {
    await sql`select 1`
  } catch (error) {
    throw new DatabaseUnreachable(`${setting}: ${whyNot(target, error)}`, { cause: error })
  } finally {
    await sql.end({ timeout: 1 })
  }
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
