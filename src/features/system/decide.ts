import type { StoreKind } from '../../blobs/blob-store'
import type { ServerLoad } from '../../core/server-facts'
import type { Check } from './schemas'
import type { SecretDifference } from './secrets'

interface BlobProblem {
  code: string
  /** The store's own word. */
  reason: string
}

/** What the checks rest on; times in the names are told by their units. */
export interface HealthFacts {
  connections: number
  connectionLimit: number
  /** Of the longest transaction that the application has open. */
  longestTransactionSeconds: number
  /** Database minus server; positive where the database is ahead. */
  clockDifferenceMs: number
  /** Tables by day or month that have no room for tomorrow. */
  tablesWithoutTomorrow: readonly string[]
  /** Why the store for binaries cannot work. */
  blobProblem: BlobProblem | undefined
  /** Why it takes none. */
  blobWriteProblem: BlobProblem | undefined
  /** The store that binaries lie in, and the one that may hold some of them too. */
  blobHome: StoreKind
  blobOther: StoreKind | null
  isS3Named: boolean
  freeBytes: number
  totalBytes: number
  failedJobs: readonly string[]
  overdueJobs: readonly string[]
  webhooksWaiting: number
  load: ServerLoad
  versions: readonly string[]
  instances: number
  /** Secrets of which they have different ones, and who has which. */
  secretsApart: ReadonlyMap<SecretDifference['setting'], string>
  /** Other machines can reach it without TLS, and nobody has said that a proxy stands before it. */
  isOpenWithoutTls: boolean
}

const SHARE = { high: 0.8, out: 0.95 }
const LONG_TRANSACTION_SECONDS = 300
const CLOCK_APART_MS = 5_000
const FREE = { low: 0.1, full: 0.03 }
const WEBHOOKS_WAITING = 1_000
const LATE_MS = 200
/** Below so many answers a minute a share says nothing. */
const FEW_ANSWERS = 20
const REFUSED_SHARE = 0.5

type Values = Check['values']

/** Judges how a server is: a state and a finding for each check. */
export function judgeHealth(facts: HealthFacts): Check[] {
  return [
    connections(facts),
    transactions(facts),
    clock(facts),
    partitions(facts),
    blobs(facts),
    disk(facts),
    jobs(facts),
    webhooks(facts),
    posLog(facts),
    facts.load.isFeedTrusted ? ok('change_feed', 'change_feed_ok') : bad('change_feed', 'change_feed_behind'),
    terminals(facts),
    eventLoop(facts),
    instances(facts),
    authSecret(facts),
    wrappingKeys(facts),
    facts.isOpenWithoutTls ? warn('address', 'address_open') : ok('address', 'address_ok'),
  ]
}

const ORDER = ['ok', 'warn', 'bad'] as const

/** The worst of all. */
export function worstOf(checks: readonly Pick<Check, 'state'>[]): Check['state'] {
  return ORDER[Math.max(0, ...checks.map(({ state }) => ORDER.indexOf(state)))] ?? 'ok'
}

const finding =
  (state: Check['state']) =>
  (check: Check['check'], name: Check['finding'], values: Values = {}): Check => ({
    check,
    state,
    finding: name,
    values,
  })
const ok = finding('ok')
const warn = finding('warn')
const bad = finding('bad')

function connections({ connections: used, connectionLimit: limit }: HealthFacts): Check {
  const values = { used, limit }
  if (used >= limit * SHARE.out) return bad('database_connections', 'connections_out', values)
  if (used >= limit * SHARE.high) return warn('database_connections', 'connections_high', values)
  return ok('database_connections', 'connections_ok', values)
}

function transactions({ longestTransactionSeconds }: HealthFacts): Check {
  const values = { seconds: Math.round(longestTransactionSeconds) }
  return longestTransactionSeconds >= LONG_TRANSACTION_SECONDS
    ? warn('database_transactions', 'transactions_long', values)
    : ok('database_transactions', 'transactions_ok', values)
}

function clock({ clockDifferenceMs }: HealthFacts): Check {
  const values = { milliseconds: Math.round(Math.abs(clockDifferenceMs)) }
  return Math.abs(clockDifferenceMs) >= CLOCK_APART_MS
    ? warn('database_clock', 'clock_apart', values)
    : ok('database_clock', 'clock_ok', values)
}

function partitions({ tablesWithoutTomorrow }: HealthFacts): Check {
  return tablesWithoutTomorrow.length > 0
    ? bad('partitions', 'partitions_missing', { tables: tablesWithoutTomorrow.join(', ') })
    : ok('partitions', 'partitions_ok')
}

function blobs(facts: HealthFacts): Check {
  const { blobProblem, blobWriteProblem, blobHome: home, blobOther: other, isS3Named } = facts
  if (blobProblem !== undefined) {
    const { code, reason } = blobProblem
    if (code === 'blob_store_foreign') return bad('blobs', 'blobs_foreign')
    if (code === 'blob_store_denied') return bad('blobs', 'blobs_denied', { reason })
    return bad('blobs', code === 'blob_bucket_missing' ? 'blobs_bucket_missing' : 'blobs_unreachable')
  }
  if (blobWriteProblem !== undefined)
    return bad('blobs', 'blobs_not_writable', { reason: blobWriteProblem.reason })
  if (other !== null) return warn('blobs', 'blobs_two_places', { home, other })
  return isS3Named && home === 'files' ? warn('blobs', 'blobs_s3_unused') : ok('blobs', 'blobs_ok')
}

function disk({ freeBytes, totalBytes }: HealthFacts): Check {
  const values = { freeBytes, totalBytes }
  if (freeBytes < totalBytes * FREE.full) return bad('disk', 'disk_full', values)
  if (freeBytes < totalBytes * FREE.low) return warn('disk', 'disk_low', values)
  return ok('disk', 'disk_ok', values)
}

function jobs({ failedJobs, overdueJobs }: HealthFacts): Check {
  if (overdueJobs.length > 0) return bad('jobs', 'jobs_overdue', { jobs: overdueJobs.join(', ') })
  if (failedJobs.length > 0) return warn('jobs', 'jobs_failed', { jobs: failedJobs.join(', ') })
  return ok('jobs', 'jobs_ok')
}

function webhooks({ webhooksWaiting: waiting }: HealthFacts): Check {
  return waiting >= WEBHOOKS_WAITING
    ? warn('webhooks', 'webhooks_waiting', { waiting })
    : ok('webhooks', 'webhooks_ok', { waiting })
}

function posLog({ load }: HealthFacts): Check {
  return load.posLogDropped > 0
    ? warn('pos_log', 'pos_log_dropped', { dropped: load.posLogDropped })
    : ok('pos_log', 'pos_log_ok', { waiting: load.posLogWaiting })
}

function terminals({ load }: HealthFacts): Check {
  const { answered, refused, failed } = load.terminalAnswers
  const values = { answered, refused, failed }
  if (failed > 0) return bad('terminals', 'terminals_failing', values)
  if (answered >= FEW_ANSWERS && refused >= answered * REFUSED_SHARE)
    return warn('terminals', 'terminals_refused', values)
  return ok('terminals', 'terminals_ok', values)
}

function eventLoop({ load }: HealthFacts): Check {
  const values = { milliseconds: Math.round(load.eventLoopLagMs) }
  return load.eventLoopLagMs >= LATE_MS
    ? warn('event_loop', 'event_loop_late', values)
    : ok('event_loop', 'event_loop_ok', values)
}

function instances({ versions, instances: count }: HealthFacts): Check {
  return versions.length > 1
    ? warn('instances', 'instances_differ', { versions: versions.join(', ') })
    : ok('instances', 'instances_ok', { count })
}

function authSecret({ secretsApart }: HealthFacts): Check {
  const servers = secretsApart.get('AUTH_SECRET')
  return servers === undefined
    ? ok('auth_secret', 'auth_secret_ok')
    : bad('auth_secret', 'auth_secret_differs', { servers })
}

function wrappingKeys({ secretsApart }: HealthFacts): Check {
  const keys = secretsApart.get('KEY_WRAPPING_KEYS')
  return keys === undefined
    ? ok('wrapping_keys', 'wrapping_keys_ok')
    : bad('wrapping_keys', 'wrapping_keys_differ', { keys })
}
