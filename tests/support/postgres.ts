import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, inject } from 'vitest'
import { type ConnectionTarget, openPools, type Pools } from '../../src/db/client'
import { connectAs, TEMPLATE, targetOf } from './global-setup'

export interface TestDatabase extends Pools {
  /** How the application reaches it. */
  app: ConnectionTarget
  owner: ConnectionTarget
}

/** A migrated database for this test file alone: cloned before its first test, dropped after its last. */
export function useTestDatabase(): TestDatabase {
  const { superuser } = inject('testServer')
  const name = `psm_test_${randomBytes(6).toString('hex')}`
  const app = targetOf(superuser, name, 'psm_app')
  const owner = targetOf(superuser, name, 'psm_owner')
  const database = { app, owner } as TestDatabase
  beforeAll(async () => {
    const sql = connectAs(superuser, 'postgres')
    await sql.unsafe(`create database ${name} template ${TEMPLATE} strategy wal_log owner psm_owner`)
    await sql.end()
    Object.assign(database, openPools(app, 'psm-test'))
  })
  afterAll(async () => {
    await database.end()
    const sql = connectAs(superuser, 'postgres')
    await sql.unsafe(`drop database ${name} with (force)`)
    await sql.end()
  })
  return database
}

export interface EmptyDatabase {
  app: ConnectionTarget
  owner: ConnectionTarget
}

/** A database without tables for each test of a file; gone after its last. */
export function useEmptyDatabases(): () => Promise<EmptyDatabase> {
  const { superuser } = inject('testServer')
  const names: string[] = []
  afterAll(async () => {
    const sql = connectAs(superuser, 'postgres')
    for (const name of names) await sql.unsafe(`drop database ${name} with (force)`)
    await sql.end()
  })
  return async () => {
    const name = `psm_empty_${randomBytes(6).toString('hex')}`
    const sql = connectAs(superuser, 'postgres')
    await sql.unsafe(`create database ${name} owner psm_owner template template0 encoding 'UTF8'`)
    await sql.end()
    names.push(name)
    return { app: targetOf(superuser, name, 'psm_app'), owner: targetOf(superuser, name, 'psm_owner') }
  }
}
