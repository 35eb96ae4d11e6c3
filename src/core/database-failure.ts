import { type Failure, failure } from './errors'

const unstorable = failure(
  'invalid_input',
  'invalid_characters',
  'The input holds a character that cannot be stored, such as U+0000.',
)
const unreachable = failure(
  'unavailable',
  'database_unreachable',
  'The database cannot be reached just now. Nothing was kept.',
)
const busy = failure('unavailable', 'server_busy', 'This could not be done in time. Try again.')

const full = failure(
  'unavailable',
  'database_full',
  'The database has no room left. Nothing was kept; make room, and send it again.',
)

const RETRY_SECONDS = 5
const FULL_RETRY_SECONDS = 60
/** Of PostgreSQL (appendix A of its manual), of postgres.js, and of the socket. */
const REFUSALS: Readonly<Record<string, () => Failure>> = {
  '22021': unstorable,
  '22P05': unstorable,
  '40001': () => busy({ retryAfterSeconds: 1 }),
  '40P01': () => busy({ retryAfterSeconds: 1 }),
  '53100': () => full({ retryAfterSeconds: FULL_RETRY_SECONDS }),
  // Out of shared memory: more locks are held at this moment than there is room for.
  '53200': () => busy({ retryAfterSeconds: RETRY_SECONDS }),
  '57014': () => busy({ retryAfterSeconds: RETRY_SECONDS }),
}
const UNREACHABLE =
  /^(08...|53300|57P0[123]|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT)$/

/**
 * What an error of the database means to the caller: undefined where it is a mistake of ours. Only errors of the
 * driver count, wrapped or not: a blob that is missing (ENOENT too) says nothing of the database.
 */
export function databaseFailure(error: unknown): Failure | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code !== 'string') continue
    const refusal = REFUSALS[code]
    if (refusal !== undefined) return refusal()
    if (UNREACHABLE.test(code) && isOfDatabase(at)) return unreachable({ retryAfterSeconds: RETRY_SECONDS })
  }
  return undefined
}

function isOfDatabase(error: Error): boolean {
  const { code, syscall } = error as { code?: string; syscall?: string }
  if (error.name === 'PostgresError' || code?.startsWith('CONNECT')) return true
  // postgres.js writes the statement beside the error of its socket.
  return syscall === 'connect' || 'query' in error
}
