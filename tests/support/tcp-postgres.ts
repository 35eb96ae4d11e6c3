import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { startEmbeddedPostgres } from '../../src/db/embedded'
import { freePort } from './free-port'

/** A PostgreSQL of another version, as somebody else operates it: PSM_TEST_PG_BIN, or Debian's. */
export const OTHER_POSTGRES = [
  process.env.PSM_TEST_PG_BIN,
  ...[18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`),
].find((bin) => bin !== undefined && existsSync(path.join(bin, 'postgres')))

export interface TcpPostgres {
  port: number
  /** `15.20` */
  version: string
  /** Roles `psm_owner` and `psm_app`, password `secret`. */
  urlOf(role: 'psm_owner' | 'psm_app', database: string, host?: string): string
  createDatabase(name: string, options?: string): Promise<void>
  admin: postgres.Sql
  stop(): Promise<void>
}

const PASSWORDS = 'host all psm_owner,psm_app 127.0.0.1/32 scram-sha-256'

/**
 * A PostgreSQL behind a port of 127.0.0.1.
 * @param hba lines before those that let the superuser in by the socket
 */
export async function startTcpPostgres(
  binDirectory: string | undefined,
  { settings = {}, hba = PASSWORDS }: { settings?: Record<string, string>; hba?: string } = {},
): Promise<TcpPostgres> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-tcp-'))
  // The port is part of the socket's path, which may not be long.
  const port = await freePort({ digits: 4 })
  const options = { directory, binDirectory, role: 'test', durability: 'off' } as const
  // The first start makes the folder, and lets everybody in.
  await (await startEmbeddedPostgres(options)).stop()
  writeFileSync(path.join(directory, 'data/pg_hba.conf'), `${hba}\nlocal all postgres trust\n`)
  const server = await startEmbeddedPostgres({
    ...options,
    settings: { listen_addresses: '127.0.0.1', port: String(port), ...settings },
  })
  const admin = postgres({
    path: server.owner.socketPath,
    user: 'postgres',
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  for (const role of ['psm_owner', 'psm_app']) await admin.unsafe(`alter role ${role} password 'secret'`)
  const [row] = await admin<{ version: string }[]>`select current_setting('server_version') as version`
  return {
    port,
    version: row?.version.split(' ')[0] ?? '',
    urlOf: (role, database, host = '127.0.0.1') => `postgres://${role}:secret@${host}:${port}/${database}`,
    async createDatabase(name, more = '') {
      await admin.unsafe(`create database ${name} owner psm_owner template template0 encoding 'UTF8' ${more}`)
    },
    admin,
    async stop() {
      await admin.end({ timeout: 5 })
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
