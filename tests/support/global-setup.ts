import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/db/embedded'
import { migrate } from '../../src/db/migrate'
import { stopCeph } from './ceph'

/** Where the tests' databases are: sockets of our own server, or a server that was given. */
export interface TestServer {
  superuser: string | { socketPath: string; user: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
    /** A folder for what the test files of one run share; empty at its beginning, gone after it. */
    runFolder: string
  }
}

export const TEMPLATE = 'psm_template'

/** Lies in the folder of a run once `.output` is known to be made of the present sources. */
export const BUILT = 'built'

/**
 * One PostgreSQL for the whole run, with a migrated template that every test file clones. TEST_DATABASE_URL names
 * another server instead (a superuser's URL), to run the same tests on an older version.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runFolder = mkdtempSync(path.join(os.tmpdir(), 'psm-test-run-'))
  project.provide('runFolder', runFolder)
  project.onTestsRerun(() => rmSync(path.join(runFolder, BUILT), { force: true }))
  const stopServer = await startServer(project)
  return async () => {
    await stopServer()
    await stopCeph(runFolder)
    rmSync(runFolder, { recursive: true, force: true })
  }
}

async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL
  if (url !== undefined) {
    await prepare(url)
    project.provide('testServer', { superuser: url })
    return async () => {}
  }
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-test-db-'))
  const server = await startEmbeddedPostgres({
    directory,
    role: 'test',
    durability: 'off',
    settings: { max_connections: '200' },
  })
  const superuser = { socketPath: server.owner.socketPath, user: 'postgres' }
  await prepare(superuser)
  project.provide('testServer', { superuser })
  return async () => {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function prepare(superuser: TestServer['superuser']): Promise<void> {
  const sql = connectAs(superuser, 'postgres')
  const known = new Set((await sql`select rolname from pg_roles`).map((row) => row.rolname as string))
  for (const role of ['psm_owner', 'psm_app'])
    if (!known.has(role)) await sql.unsafe(`create role ${role} login password 'test'`)
  await sql.unsafe(`drop database if exists ${TEMPLATE}`)
  await sql.unsafe(`create database ${TEMPLATE} owner psm_owner`)
  await sql.end()
  await migrate(targetOf(superuser, TEMPLATE, 'psm_owner'), 'drizzle', 'psm_app')
}

export function connectAs(superuser: TestServer['superuser'], database: string): postgres.Sql {
  const options = { max: 1, onnotice: () => {} }
  if (typeof superuser === 'string') return postgres(superuser, { ...options, database })
  return postgres({ ...options, path: superuser.socketPath, user: superuser.user, database })
}

/** How a role reaches a database of the test server. */
export function targetOf(superuser: TestServer['superuser'], database: string, user: string) {
  if (typeof superuser !== 'string') return { socketPath: superuser.socketPath, user, database }
  const url = new URL(superuser)
  url.username = user
  url.password = 'test'
  url.pathname = `/${database}`
  return { url: url.href }
}
