import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { CALLER_SETTINGS } from './config-callers'
import { TERMINAL_SETTINGS } from './config-terminals'
import {
  ConfigurationError,
  describe,
  flag,
  givenValue,
  httpUrl,
  postgresUrl,
  type Rooms,
  type Setting,
  type SettingSource,
  setting,
  sourceOf,
  text,
  whole,
} from './config-values'

export { ConfigurationError, type Rooms } from './config-values'

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
      httpUrl.optional(),
      'The address people type. With https:// sessions have Secure cookies; pages at it may call this server whatever Host the proxy sends.',
      { example: 'https://tms.example' },
    ),
    drainNoticeSeconds: setting(
      'DRAIN_NOTICE_SECONDS',
      whole(0, 60).default(0),
      'How long a stopping server goes on taking requests while /readyz already says 503: behind a balancer two or three of its checks, else 0.',
      { example: '3' },
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
      'The same database past a transaction pooler such as PgBouncer, needed where DATABASE_URL leads through one: used to LISTEN, and for migrations without DATABASE_OWNER_URL.',
      { example: 'postgres://psm_app:secret@db.example:5432/psm', isSecret: true },
    ),
    tls: setting(
      'DATABASE_TLS',
      z.enum(['disable', 'require', 'verify-full']).optional(),
      'TLS towards DATABASE_URL: disable, require (encrypted, to whoever answers) or verify-full (and only to whom the certificate is for). Without it the URL decides.',
    ),
    caFile: setting(
      'DATABASE_CA_FILE',
      text.optional(),
      'PEM file of the authorities that may sign the certificate of the database, with DATABASE_TLS=verify-full. Without it those that the runtime trusts.',
      { example: '/etc/ssl/database-ca.pem' },
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
      httpUrl.optional(),
      'S3-compatible store for binaries. Without S3_BUCKET files are kept in STORAGE_DIR.',
      { example: 'https://s3.example' },
    ),
    publicEndpoint: setting(
      'S3_PUBLIC_ENDPOINT',
      httpUrl.optional(),
      'The same store as terminals reach it, for the addresses that they are sent to; S3_ENDPOINT where not set.',
      { example: 'https://files.example' },
    ),
    region: setting('S3_REGION', text.default('us-east-1'), 'Region of the bucket.'),
    bucket: setting('S3_BUCKET', text.optional(), 'Bucket for binaries; it must exist.', {
      example: 'psmanager',
    }),
    accessKeyId: setting('S3_ACCESS_KEY_ID', text.optional(), 'Access key.', { isSecret: true }),
    secretAccessKey: setting('S3_SECRET_ACCESS_KEY', text.optional(), 'Secret key.', { isSecret: true }),
  },
  ...TERMINAL_SETTINGS,
  ...CALLER_SETTINGS,
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

/** Where each setting comes from, by its variable. */
export type SettingSources = Readonly<Record<string, SettingSource>>

export interface Configuration {
  settings: Settings
  sources: SettingSources
}

/** The settings of an environment, for who does not ask where they come from. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  return readConfiguration(env).settings
}

/**
 * Reads the settings from an environment, and where each comes from. Unknown variables are not ours to judge; an empty value counts as not set.
 * @param fromFile the variables of it that `.env` filled in
 * @throws ConfigurationError with every mistake: variable, what is wrong, an example where there is one.
 */
export function readConfiguration(
  env: Record<string, string | undefined>,
  fromFile: ReadonlySet<string> = new Set(),
): Configuration {
  const mistakes: string[] = []
  const sources: Record<string, SettingSource> = {}
  const tree: Record<string, Record<string, unknown>> = {}
  for (const [room, settings] of Object.entries(SETTINGS as Rooms)) {
    const values: Record<string, unknown> = {}
    tree[room] = values
    for (const [name, one] of Object.entries(settings)) {
      const given = givenValue(one, env, mistakes)
      sources[one.env] = sourceOf(one, given, fromFile)
      const result = one.schema.safeParse(given.text)
      if (result.success) values[name] = result.data
      else mistakes.push(describe(one, result.error.issues[0]?.message ?? 'invalid'))
    }
  }
  const settings = tree as Settings
  checkTogether(settings, mistakes)
  if (mistakes.length > 0) throw new ConfigurationError(mistakes)
  return {
    settings: { ...settings, storage: { directory: path.resolve(settings.storage.directory) } },
    sources,
  }
}

function checkTogether(settings: Settings, mistakes: string[]): void {
  const { s3, http, slips, mail, database } = settings
  if (s3?.bucket && !(s3.accessKeyId && s3.secretAccessKey))
    mistakes.push('S3_BUCKET is set: S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are needed too')
  if (s3?.endpoint && !s3.bucket) mistakes.push('S3_ENDPOINT is set: S3_BUCKET is needed too')
  if (s3?.publicEndpoint && !s3.bucket) mistakes.push('S3_PUBLIC_ENDPOINT is set: S3_BUCKET is needed too')
  if (database && !database.url)
    for (const [name, value] of [
      ['DATABASE_OWNER_URL', database.ownerUrl],
      ['DATABASE_DIRECT_URL', database.directUrl],
      ['DATABASE_TLS', database.tls],
    ])
      if (value) mistakes.push(`${name} is set: DATABASE_URL is needed too`)
  if (database?.caFile && database.tls !== 'verify-full')
    mistakes.push(
      'DATABASE_CA_FILE is set: DATABASE_TLS must be verify-full, else nobody looks at certificates',
    )
  if (http?.terminalPort && http.terminalPort === http.port)
    mistakes.push('TERMINAL_PORT must differ from PORT')
  if (mail?.smtpUrl && !(mail.from && http?.publicUrl))
    mistakes.push('SMTP_URL is set: MAIL_FROM and PUBLIC_URL are needed too, mails link to the latter')
  if (mail?.smtpUrl && mail.tls === 'none' && /^smtp:/.test(mail.smtpUrl) && new URL(mail.smtpUrl).password)
    mistakes.push('SMTP_TLS=none would send the password of SMTP_URL readable: use required, or smtps://')
  if (slips?.retentionDays !== undefined && slips.retentionDays <= slips.archiveDays)
    mistakes.push('ESLIP_RETENTION_DAYS must exceed ESLIP_ARCHIVE_DAYS')
}

/** The settings of this process; a `.env` file in the working directory fills in what the environment leaves open. */
export function processConfiguration(): Configuration {
  const before = new Set(Object.keys(process.env))
  if (existsSync('.env')) process.loadEnvFile('.env')
  const fromFile = new Set(Object.keys(process.env).filter((name) => !before.has(name)))
  // The S3 library would print its own opinion of Node 20 into the log at every start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  return readConfiguration(process.env, fromFile)
}
