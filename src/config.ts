import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import {
  ConfigurationError,
  describe,
  flag,
  givenValue,
  postgresUrl,
  type Rooms,
  type Setting,
  setting,
  text,
  timeZone,
  whole,
  wrappingKeys,
} from './config-values'

export { ConfigurationError } from './config-values'

/**
 * Every setting, in one tree: text, environment variable, schema, default. `.env.example` is made from it, the server
 * parses it once at start and hands it down. This file alone reads the environment.
 */
export const SETTINGS = {
  http: {
    port: setting(
      'PORT',
      whole(0, 65535).default(3000),
      'Port of the web app, REST, tRPC and, unless TERMINAL_PORT is set as well, the terminals.',
    ),
    host: setting(
      'HOST',
      text.default('127.0.0.1'),
      'Address to listen on. Put a TLS proxy in front before you open it to a network.',
      { example: '0.0.0.0' },
    ),
    terminalPort: setting(
      'TERMINAL_PORT',
      whole(1, 65535).optional(),
      'A second port that serves terminals and nothing else, for the terminal network.',
      { example: '3001' },
    ),
    terminalHost: setting(
      'TERMINAL_HOST',
      text.optional(),
      'Address of the second port; HOST where not set.',
    ),
    trustProxy: setting(
      'TRUST_PROXY',
      flag.default(false),
      'Take the client address from X-Forwarded-For and https from X-Forwarded-Proto. Only behind a proxy that sets both.',
    ),
    publicUrl: setting(
      'PUBLIC_URL',
      z.url({ protocol: /^https?$/, error: 'must start with https:// or http://' }).optional(),
      'The address people type. With https:// sessions have Secure cookies; pages at it may call this server whatever Host the proxy sends.',
      { example: 'https://tms.example' },
    ),
    drainSeconds: setting(
      'DRAIN_SECONDS',
      whole(0, 600).default(30),
      'How long a stopping server waits for requests in flight.',
    ),
  },
  storage: {
    directory: setting(
      'STORAGE_DIR',
      text.default('./storage'),
      'Folder of the embedded database, the file store and generated secrets.',
    ),
  },
  database: {
    url: setting(
      'DATABASE_URL',
      postgresUrl,
      'A PostgreSQL (15 or newer) to use instead of the embedded one.',
      { example: 'postgres://psm_app:secret@db.example/psm', isSecret: true },
    ),
    ownerUrl: setting(
      'DATABASE_OWNER_URL',
      postgresUrl,
      'The same database as the role that owns its tables, for migrations. Without it DATABASE_URL is used for both.',
      { example: 'postgres://psm_owner:secret@db.example/psm', isSecret: true },
    ),
    directUrl: setting(
      'DATABASE_DIRECT_URL',
      postgresUrl,
      'The same database past a transaction pooler such as PgBouncer: used to LISTEN.',
      { example: 'postgres://psm_app:secret@db.example:5432/psm', isSecret: true },
    ),
    tls: setting(
      'DATABASE_TLS',
      z.enum(['disable', 'require', 'verify-full']).optional(),
      'TLS towards DATABASE_URL: disable, require or verify-full. Without it the URL decides.',
    ),
    binDirectory: setting(
      'PG_BIN_DIR',
      text.optional(),
      'Folder of PostgreSQL programs for the embedded database, instead of the bundled ones.',
      { example: '/usr/lib/postgresql/18/bin' },
    ),
  },
  s3: {
    endpoint: setting(
      'S3_ENDPOINT',
      z.url().optional(),
      'S3-compatible store for binaries. Without S3_BUCKET files are kept in STORAGE_DIR.',
      { example: 'https://s3.example' },
    ),
    region: setting('S3_REGION', text.default('us-east-1'), 'Region of the bucket.'),
    bucket: setting('S3_BUCKET', text.optional(), 'Bucket for binaries; it must exist.', {
      example: 'psmanager',
    }),
    accessKeyId: setting('S3_ACCESS_KEY_ID', text.optional(), 'Access key.', { isSecret: true }),
    secretAccessKey: setting('S3_SECRET_ACCESS_KEY', text.optional(), 'Secret key.', { isSecret: true }),
  },
  terminals: {
    checkInSeconds: setting(
      'CHECK_IN_SECONDS',
      whole(10, 86_400).default(300),
      'How often a terminal is asked to check in, unless it has an interval of its own.',
    ),
    lateIntervals: setting(
      'LATE_INTERVALS',
      z.coerce.number().min(1.34).max(100).default(3),
      'A terminal silent for more than its interval and a third is late, for more than this many intervals lost.',
    ),
    enrollmentCodeHours: setting(
      'ENROLLMENT_CODE_HOURS',
      whole(1, 8760).default(168),
      'How long an enrolment code is good for.',
    ),
    confirmHours: setting(
      'CONFIRM_HOURS',
      whole(1, 720).default(24),
      'How long an installed action may wait for the check-in that proves it.',
    ),
    swapRetireDays: setting(
      'SWAP_RETIRE_DAYS',
      whole(1, 365).default(14),
      'Days for which a terminal that was replaced may still hand over slips and logs, before it is retired.',
    ),
    requestsPerMinute: setting(
      'TERMINAL_REQUESTS_PER_MINUTE',
      whole(10, 100_000).default(600),
      'Requests one terminal may make a minute.',
    ),
    strangerRequestsPerMinute: setting(
      'STRANGER_REQUESTS_PER_MINUTE',
      whole(10, 100_000).default(600),
      'Refused requests an address may make a minute before it is told to wait.',
    ),
    timeZone: setting(
      'TERMINAL_TIME_ZONE',
      timeZone.default('UTC'),
      'Time zone of terminals that have none of their own, for the windows of rules; such as Europe/Moscow.',
    ),
    downloads: setting(
      'TERMINAL_DOWNLOADS',
      whole(1, 100_000).default(500),
      'Files that terminals may fetch at once from one server; more are asked to come again later.',
    ),
  },
  licenses: {
    namePatterns: setting(
      'LICENSE_NAME_PATTERNS',
      text.optional(),
      'File-name patterns from which serial, platform, licence id and dates are read, parted by blanks; the built-in list where not set.',
      { example: '{serial}_{licId}.lic {platform}-{serial}-{licId}.*' },
    ),
  },
  slips: {
    utcOffset: setting(
      'SLIP_UTC_OFFSET',
      z
        .string()
        .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'must look like +03:00')
        .default('+00:00'),
      "Offset of slips whose localDateTime says none: that of the terminals' zone.",
      { example: '+03:00' },
    ),
    archiveDays: setting(
      'ESLIP_ARCHIVE_DAYS',
      whole(1, 400).default(90),
      'Days for which slips stay in the database, at most 400. Older ones are moved to files, whole days at a time, and are found all the same.',
    ),
    retentionDays: setting(
      'ESLIP_RETENTION_DAYS',
      whole(2, 36_500).optional(),
      'Age in days at which archived slips are deleted for good, unless a hold keeps them. Not set: never.',
      { example: '1825' },
    ),
  },
  signIn: {
    secret: setting(
      'AUTH_SECRET',
      z.string().min(32, 'must have at least 32 characters').max(500).optional(),
      'Signs session cookies and encrypts second factors; made in STORAGE_DIR/secrets where not set. Servers with one DATABASE_URL need the same.',
      { isSecret: true },
    ),
    attempts: setting(
      'SIGN_IN_ATTEMPTS',
      whole(1, 10).default(10),
      'Failed attempts after which a login is locked (PCI DSS 8.3.4: ten at most).',
    ),
    lockMinutes: setting(
      'SIGN_IN_LOCK_MINUTES',
      whole(1, 1440).default(30),
      'How long a login stays locked (PCI DSS 8.3.4: 30 at least).',
    ),
    requestsPerMinute: setting(
      'SIGN_IN_REQUESTS_PER_MINUTE',
      whole(5, 10_000).default(60),
      'Requests about signing in an address may make a minute.',
    ),
    idleMinutes: setting(
      'SESSION_IDLE_MINUTES',
      whole(1, 1440).default(15),
      'A session unused for this long ends (PCI DSS 8.2.8: 15 at most).',
    ),
    maxHours: setting(
      'SESSION_MAX_HOURS',
      whole(1, 720).default(12),
      'A session ends after this long in any case.',
    ),
  },
  uploads: {
    maxMib: setting(
      'UPLOAD_MAX_MIB',
      whole(1, 1024 * 1024).default(8192),
      'Largest file that may be uploaded in parts, in MiB.',
    ),
    openMax: setting(
      'UPLOAD_OPEN_MAX',
      whole(1, 100_000).default(1000),
      'Uploads that one operator or API key may have open at a time.',
    ),
    openMaxMib: setting(
      'UPLOAD_OPEN_MAX_MIB',
      whole(1, 16 * 1024 * 1024).default(16_384),
      'Size of all open uploads of one operator or API key together, in MiB.',
    ),
    partKib: setting(
      'UPLOAD_PART_KIB',
      whole(64, 16 * 1024).default(4096),
      'Length of the parts in which files are uploaded, in KiB. Shorter ones lose less on a link that breaks.',
    ),
    expiresHours: setting(
      'UPLOAD_EXPIRES_HOURS',
      whole(1, 720).default(24),
      'An upload that gets no part for this long is discarded.',
    ),
  },
  webhooks: {
    allowPrivate: setting(
      'WEBHOOK_ALLOW_PRIVATE',
      flag.default(false),
      'Lets webhooks go to http:// and to private, loopback and link-local addresses: for receivers in the own network.',
    ),
  },
  analysis: {
    minutes: setting(
      'ANALYSIS_MINUTES',
      whole(1, 1440).default(10),
      'How old the numbers of Monitoring > Analysis may become before they are counted anew. Small fleets are counted at each look.',
    ),
  },
  log: {
    level: setting(
      'LOG_LEVEL',
      z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      'How much is logged to standard output, as JSON lines.',
    ),
  },
  monitoring: {
    posLogDays: setting(
      'POS_LOG_DAYS',
      whole(0, 400).default(30),
      'Days for which requests of terminals and their answers are kept in the POS log; 0 keeps none.',
    ),
    statusHistoryDays: setting(
      'STATUS_HISTORY_DAYS',
      whole(31, 3_660).default(400),
      'Days for which changes of statuses are kept at least; they go month by month.',
    ),
  },
  ecrLogs: {
    maxMib: setting(
      'ECR_LOG_MAX_MIB',
      whole(1, 1024).default(64),
      'Largest ECR log that a terminal may hand over, in MiB, both as it is sent and unpacked.',
    ),
    uploads: setting(
      'ECR_LOG_UPLOADS',
      whole(1, 10_000).default(50),
      'ECR logs that terminals may hand over at once to one server; more are asked to come again later.',
    ),
    resumeMinutes: setting(
      'ECR_LOG_RESUME_MINUTES',
      whole(1, 240).default(10),
      'How long a server waits for a terminal to go on with a log whose upload broke off.',
    ),
    retentionDays: setting(
      'ECR_LOG_RETENTION_DAYS',
      whole(1, 3650).default(90),
      'Age in days at which ECR logs are deleted.',
    ),
    terminalMib: setting(
      'ECR_LOG_TERMINAL_MIB',
      whole(1, 1024 * 1024).default(512),
      'Size of all ECR logs of one terminal together, in MiB of the store; above it the oldest are deleted.',
    ),
  },
  keys: {
    wrappingKeys: setting(
      'KEY_WRAPPING_KEYS',
      wrappingKeys,
      'Keys that key files are sealed under, id:base64 of 32 bytes, the first for new ones; made in STORAGE_DIR/secrets where not set.',
      { example: '2026:<base64>,2025:<base64>', isSecret: true },
    ),
    approval: setting(
      'KEY_APPROVAL',
      flag.default(false),
      'Key files wait for the approval of a key officer before a terminal may have them.',
    ),
    denyTestKeys: setting(
      'KEY_DENY_TEST_KEYS',
      flag.default(false),
      'Refuses key files with keys that are printed in standards and manuals. Switch it on where real keys are.',
    ),
    deprecatedBlocks: setting(
      'KEY_DEPRECATED_BLOCKS',
      flag.default(false),
      'Takes key blocks of the deprecated versions A and C of TR-31 too, with a warning.',
    ),
    retentionDays: setting(
      'KEY_RETENTION_DAYS',
      whole(1, 400).default(30),
      'Age in days at which the bytes of key files that failed are destroyed; installed and ended ones are at once.',
    ),
  },
  metrics: {
    token: setting(
      'METRICS_TOKEN',
      text.min(16).optional(),
      'Bearer token for /metrics. Without it only this machine itself may read them.',
      { isSecret: true },
    ),
  },
} as const satisfies Rooms

type Tree = typeof SETTINGS
export type Settings = {
  [Room in keyof Tree]: {
    [Name in keyof Tree[Room]]: Tree[Room][Name] extends Setting<infer Schema> ? z.output<Schema> : never
  }
}

/**
 * Reads the settings from an environment. Unknown variables are not ours to judge; an empty value counts as not set.
 * @throws ConfigurationError with every mistake: variable, what is wrong, an example where there is one.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const mistakes: string[] = []
  const tree: Record<string, Record<string, unknown>> = {}
  for (const [room, settings] of Object.entries(SETTINGS as Rooms)) {
    const values: Record<string, unknown> = {}
    tree[room] = values
    for (const [name, one] of Object.entries(settings)) {
      const given = givenValue(one, env, mistakes)
      const result = one.schema.safeParse(given)
      if (result.success) values[name] = result.data
      else mistakes.push(describe(one, result.error.issues[0]?.message ?? 'invalid'))
    }
  }
  const settings = tree as Settings
  checkTogether(settings, mistakes)
  if (mistakes.length > 0) throw new ConfigurationError(mistakes)
  return { ...settings, storage: { directory: path.resolve(settings.storage.directory) } }
}

function checkTogether(settings: Settings, mistakes: string[]): void {
  const { s3, http, slips } = settings
  if (s3?.bucket && !(s3.accessKeyId && s3.secretAccessKey))
    mistakes.push('S3_BUCKET is set: S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are needed too')
  if (s3?.endpoint && !s3.bucket) mistakes.push('S3_ENDPOINT is set: S3_BUCKET is needed too')
  if (http?.terminalPort && http.terminalPort === http.port)
    mistakes.push('TERMINAL_PORT must differ from PORT')
  if (slips?.retentionDays !== undefined && slips.retentionDays <= slips.archiveDays)
    mistakes.push('ESLIP_RETENTION_DAYS must exceed ESLIP_ARCHIVE_DAYS')
}

/** The settings of this process; a `.env` file in the working directory fills in what the environment leaves open. */
export function processSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env')
  // The S3 library would print its own opinion of Node 20 into the log at every start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  return readSettings(process.env)
}
