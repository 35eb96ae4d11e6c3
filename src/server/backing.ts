import { readFileSync } from 'node:fs'
import path from 'node:path'
import { storesOf } from '../blobs/open'
import type { BlobStores } from '../blobs/placed'
import { ConfigurationError, type Settings } from '../config'
import { parsePostgresUrl } from '../config-urls'
import type { Logger } from '../core/log'
import { VERSION } from '../core/version'
import type { ConnectionTarget } from '../db/client'
import { type EmbeddedPostgres, findRunning, startEmbeddedPostgres } from '../db/embedded'
import { checkLockRoom } from '../db/lock-room'
import { migrate, requireShape } from '../db/migrate'
import { checkStatementTimeout } from '../db/pooled'
import { checkReachable, requireFitting } from '../db/reachable'
import { migrationsFolder } from './paths'
import { requireUsable } from './storage-marks'

export interface PreparedDatabase {
  /** Owns the tables. */
  owner: ConnectionTarget
  app: ConnectionTarget
  /** Past a transaction pooler, for LISTEN. */
  direct: ConnectionTarget
  stop(): Promise<void>
}

/**
 * A migrated database: the one the settings name, else the embedded one. Programs beside a running server find its
 * embedded database running and use it. They migrate nothing but what is empty: servers do.
 * @throws StorageMarkError, ConfigurationError, DatabaseUnreachable, DatabaseOlder, EmbeddedDatabaseError
 */
export async function prepareDatabase(
  settings: Settings,
  role: 'server' | 'cli',
  log: Logger,
): Promise<PreparedDatabase> {
  requireUsable(settings.storage.directory, settings.database.url === undefined)
  const external = await openExternal(settings)
  if (external !== undefined) {
    await bringUpToDate(external.owner, role, external.applicationRole, log)
    if (role === 'server') {
      await checkLockRoom(external.app, log)
      await checkStatementTimeout(external.app, log)
    }
    return external
  }
  const directory = path.join(settings.storage.directory, 'db')
  const beside = role === 'cli' ? await findRunning(directory) : undefined
  if (beside !== undefined) {
    await requireShape(beside.owner, migrationsFolder(), VERSION)
    return preparedOf(beside, async () => {})
  }
  const embedded = await startOrJoin(directory, role, settings, log)
  try {
    await bringUpToDate(embedded.owner, role, embedded.app.user, log)
  } catch (error) {
    await embedded.stop()
    throw error
  }
  return preparedOf(embedded, () => embedded.stop())
}

async function bringUpToDate(
  owner: ConnectionTarget,
  role: 'server' | 'cli',
  applicationRole: string | undefined,
  log: Logger,
): Promise<void> {
  if (role === 'cli' && (await requireShape(owner, migrationsFolder(), VERSION))) return
  const { isNewer } = await migrate(owner, migrationsFolder(), applicationRole, (lock) =>
    log.warn('migration_lock_awaited', { ...lock }),
  )
  if (isNewer) log.warn('database_of_newer_version', { version: VERSION })
}

export interface ExternalDatabase extends PreparedDatabase {
  /** Whom migrations give its rights; undefined where one role does everything. */
  applicationRole: string | undefined
}

/**
 * The database that the settings name, as it is; undefined where they name none. Each role has been let in, and all
 * of them to the same place.
 * @throws DatabaseUnreachable which setting to look at
 */
export async function openExternal(settings: Settings): Promise<ExternalDatabase | undefined> {
  const named = externalDatabase(settings)
  if (named === undefined) return undefined
  const { ownerUrl, directUrl } = settings.database
  const app = await checkReachable(named.app, 'DATABASE_URL')
  const direct = directUrl === undefined ? app : await checkReachable(named.direct, 'DATABASE_DIRECT_URL')
  const owner = ownerUrl === undefined ? direct : await checkReachable(named.owner, 'DATABASE_OWNER_URL')
  requireFitting(app, owner, direct)
  return app.isPooled ? { ...named, app: { ...named.app, isPooled: true } } : named
}

function externalDatabase(settings: Settings): ExternalDatabase | undefined {
  const { url, ownerUrl, directUrl, tls, caFile } = settings.database
  if (url === undefined) return undefined
  const security = {
    ...(tls === undefined ? {} : { tls }),
    ...(caFile === undefined ? {} : { ca: readAuthorities(caFile) }),
  }
  return {
    // Migrations hold a lock of their session, which a pooler would keep.
    owner: { url: ownerUrl ?? directUrl ?? url, ...security },
    app: { url, ...security },
    direct: { url: directUrl ?? url, ...security },
    applicationRole: ownerUrl === undefined ? undefined : userOf(url),
    stop: async () => {},
  }
}

function readAuthorities(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch (error) {
    throw new ConfigurationError([
      `DATABASE_CA_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    ])
  }
  throw new ConfigurationError([`DATABASE_CA_FILE: ${file} has no certificate in PEM form`])
}

function preparedOf(
  { owner, app }: Pick<EmbeddedPostgres, 'owner' | 'app'>,
  stop: () => Promise<void>,
): PreparedDatabase {
  return { owner, app, direct: app, stop }
}

/** A program that came just when a server was starting uses that server's database after all. */
async function startOrJoin(directory: string, role: 'server' | 'cli', settings: Settings, log: Logger) {
  try {
    return await startEmbeddedPostgres({
      directory,
      role,
      binDirectory: settings.database.binDirectory,
      onCrash: (why) => log.error('embedded_database_ended', { why }),
      onReturn: () => log.info('embedded_database_back'),
    })
  } catch (error) {
    const beside = role === 'cli' ? await findRunning(directory) : undefined
    if (beside === undefined) throw error
    return { ...beside, stop: async () => {} }
  }
}

function userOf(url: string): string | undefined {
  const parsed = parsePostgresUrl(url)
  return typeof parsed === 'string' ? undefined : parsed.user
}

/** The stores that the settings name: a folder below the storage directory always, S3 where there is a bucket. */
export function blobStores({ s3, storage }: Settings): BlobStores {
  const files = { kind: 'fs', directory: path.join(storage.directory, 'blobs') } as const
  if (s3.bucket === undefined) return storesOf({ files })
  return storesOf({
    files,
    s3: {
      kind: 's3',
      endpoint: s3.endpoint,
      publicEndpoint: s3.publicEndpoint,
      region: s3.region,
      bucket: s3.bucket,
      accessKeyId: s3.accessKeyId ?? '',
      secretAccessKey: s3.secretAccessKey ?? '',
    },
  })
}
