import { expect, it } from 'vitest'
import { randomKey } from '../../../../src/blobs/keys'
import { ecrLogJobs } from '../../../../src/features/monitoring/ecr-logs/jobs'
import { useTestDatabase } from '../../../support/postgres'
import { job, jobRun, makeCtx, makeServices } from '../../../support/services'

const database = useTestDatabase()
const MOST_OF_TERMINAL = 5_000
/** More than are looked at together. */
const TERMINALS = 1_200

it('keeps no more logs of a terminal than so many, however small, and looks at all terminals', async () => {
  const serials = Array.from({ length: TERMINALS }, (_, n) => `MANY-${n}`)
  await database.sql`
    insert into terminals (id, serial, platform, state)
    select gen_random_uuid(), s, 'other', 'active' from unnest(${serials}::text[]) s`
  const keys = Array.from({ length: MOST_OF_TERMINAL + 3 }, () => randomKey('ecr-logs'))
  await database.sql`
    insert into ecr_logs (id, terminal_id, name, version, state, blob_key, charset, received_at, content_mac)
    select (lpad(n::text, 8, '0') || '-0000-7000-8000-000000000000')::uuid, (select max(id::text)::uuid from terminals),
      'x', n, 'kept', key, 'utf-8', now(), ''
    from unnest(${keys}::text[]) with ordinality k (key, n)`
  const [retention] = ecrLogJobs
  const ctx = makeCtx(await makeServices(database), job())
  const found = { aged: 0, oversized: 3, abandoned: 0 }
  expect(await retention?.run(ctx, jobRun({ isDryRun: true }))).toEqual(found)
  expect(await retention?.run(ctx, jobRun())).toMatchObject(found)
  const [left] = await database.sql`select min(version) as oldest, count(*)::int as count from ecr_logs`
  expect(left).toEqual({ oldest: 4, count: MOST_OF_TERMINAL })
})
