import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { RawSql } from './client'

const dialect = new PgDialect()

/**
 * Runs a composed statement, planned for its parameters: of a table with partitions it locks those alone that the
 * parameters leave. A prepared one is after some time planned for all parameters, and then locks every partition and each
 * of its indexes, whatever is asked. Outside of transactions.
 */
export async function runPlanned<Row>(sql: RawSql, statement: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  return (await sql.unsafe(text, params as never[])) as unknown as Row[]
}
