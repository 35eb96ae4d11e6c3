import path from 'node:path'
import { TOKEN_PREFIX } from '../../src/core/tokens'
import { connect } from '../../src/db/client'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded'
import { migrate } from '../../src/db/migrate'
import { STATUS_HASH } from './requests'

/**
 * A database with a fleet that is registered, enrolled and has said how it is. The rows are written by SQL, the secrets
 * computed as `tokenOf` does.
 */
export async function openFleet(directory: string, terminals: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, role: 'server' })
  await migrate(server.owner, path.resolve('drizzle'), server.app.user)
  const sql = connect(server.owner, { max: 1, applicationName: 'psm-bench-fleet' })
  try {
    await sql`
      with enrolled as (
        insert into terminals (id, serial, platform, state, enrolled_at)
        select gen_random_uuid(), 'BENCH' || lpad(n::text, 8, '0'), 'other', 'active', now()
        from generate_series(0, ${terminals - 1}::int) n
        returning id, serial, substr(serial, 6)::int as n),
      secrets as (
        insert into credentials (id, subject_kind, subject_id, token_hash, state, origin, first_used_at)
        select gen_random_uuid(), 'terminal', id, sha256(convert_to(${TOKEN_PREFIX.terminal}::text || translate(
          rtrim(encode(sha256(convert_to('psm-bench-' || n, 'UTF8')), 'base64'), '='), '+/', '-_'), 'UTF8')),
          'current', 'enrollment', now()
        from enrolled)
      insert into terminal_status (terminal_id, serial, status, status_digest, client_hash, received_at)
      select id, serial, '{}', sha256('{}'), ${STATUS_HASH}, now() from enrolled`
    await sql`vacuum analyze`
  } finally {
    await sql.end()
  }
  return server
}
