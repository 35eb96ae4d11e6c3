import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { RawSql } from './client'

const dialect = new PgDialect()

/**
 * Runs a composed statement as a prepared one: its plan is made a few times for each connection, and then kept. For
 * statements of few different texts over partitions, where planning takes longer than reading. A kept plan is one for all
 * parameters: it locks every partition that its text does not rule out, and each of its indexes. Outside of transactions.
 */
export async function runPrepared<Row>(sql: RawSql, statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  return (await sql.unsafe(text, params as never[], { prepare: true })) as unknown as Row[]
}
