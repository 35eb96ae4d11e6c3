import { expect, it } from 'vitest'
import { newId } from '../../src/core/ids'
import { keyJobs } from '../../src/features/keys/jobs'
import { acceptStatuses } from '../../src/features/monitoring/status'
import { seedKeys } from '../../src/tools/seed/keys'
import { seedRegistry } from '../../src/tools/seed/registry'
import { useTestDatabase } from '../support/postgres'
import { job, jobRun, makeCtx, makeServices } from '../support/services'

const database = useTestDatabase()

it('the demonstration has terminals whose keys are in every state, also after the first beat of the server', async () => {
  const ctx = makeCtx(await makeServices(database), job())
  await seedRegistry(ctx)
  // As those that have enrolled.
  await database.sql`update terminals set state = 'active' where serial like 'PSM%'`
  const [first] = await database.sql<{ id: string }[]>`
    select id from terminals where serial like 'PSM%' order by serial offset 10 limit 1`
  const status = { printer: 'ok', keys: [] }
  await acceptStatuses(ctx, [
    { terminalId: String(first?.id), status, clientHash: null, receivedAtMs: Date.now() },
  ])
  expect(await seedKeys(ctx, { id: newId(), name: 'the key system' })).toBe(23)
  await keyJobs.find(({ name }) => name === 'settle-key-files')?.run(ctx, jobRun())
  const count = async (state: string) =>
    (await database.sql`select from key_files where state = ${state}`).length
  const states = ['unapproved', 'available', 'offered', 'delivered', 'installed', 'failed', 'expired']
  expect(await Promise.all(states.map(count))).toEqual([2, 1, 1, 2, 11, 3, 1])
  expect(await Promise.all(['superseded', 'revoked'].map(count))).toEqual([3, 1])
  const loads = await database.sql<{ reason: string; state: string; alarm: string }[]>`
    select f.reason, l.alarm from key_loads l join key_files f on f.id = l.file_id
    where f.state = 'failed' order by l.terminal_id`
  expect(loads.map(({ reason, alarm }) => `${reason}, ${alarm}`).sort()).toEqual([
    'hash_mismatch, delivery_suspended',
    'install_error, null',
    'kcv_mismatch, kcv_mismatch',
  ])
  const [shown] =
    await database.sql`select status from terminal_status where terminal_id = ${String(first?.id)}`
  expect(shown?.status).toMatchObject({ printer: 'ok', keys: Array(4).fill({ slot: expect.any(String) }) })
  const [requested] = await database.sql`select from key_loads where requested_at is not null`
  expect(requested).toBeDefined()
  const warned = await database.sql`select from key_files where cardinality(warnings) > 0`
  expect(warned).toHaveLength(0)
})
