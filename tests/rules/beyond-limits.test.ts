import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Services } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { PERMISSION_NAMES } from '../../src/core/permissions'
import { createApiKey } from '../../src/features/operators'
import { createGroup } from '../../src/features/terminals/service/places'
import { byteEndpoints } from '../../src/integrator/endpoints'
import { seedKeys } from '../../src/tools/seed/keys'
import { seedLicences } from '../../src/tools/seed/licences'
import { seedPackages } from '../../src/tools/seed/packages'
import { seedPast } from '../../src/tools/seed/past'
import { seedRegistry } from '../../src/tools/seed/registry'
import { seedSlips } from '../../src/tools/seed/slips'
import { appRouter } from '../../src/trpc/root'
import { openFaces } from '../support/faces'
import { connectAs } from '../support/global-setup'
import { putOneOfEverything } from '../support/one-of-everything'
import { useTestDatabase } from '../support/postgres'
import { job, makeCtx, makeServices, operator } from '../support/services'
import { BYTES, type Ids, MATRIX_JOB, PROCEDURES } from './matrix'

interface Procedure {
  type: 'query' | 'mutation' | 'subscription'
}
const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Procedure }>,
).map(([name, { _def }]) => ({ name, type: _def.type }))

const database = useTestDatabase()
const now = new Date()
let services: Services
let url: string
let key: string
let own: Ids

/** A fleet with a past; of most things there is, a caller with limits sees a part. */
beforeAll(async () => {
  services = await makeServices(database, {
    clock: { now: () => now },
    env: { API_REQUESTS_PER_MINUTE: '100000' },
  })
  ;({ url } = await openFaces(services))
  const shell = makeCtx(services, job())
  await seedRegistry(shell)
  await seedLicences(shell)
  await seedPast(shell)
  await seedSlips(shell)
  await seedPackages(shell)
  const keySystem = await createApiKey(shell, { name: 'key system', scopes: ['keys:deposit'] })
  await seedKeys(shell, { id: keySystem.id, name: 'key system' })
  own = await putOneOfEverything(makeCtx(services, operator('admin')))
  const [slip] = await database.sql<
    { id: string }[]
  >`select id from eslips where terminal_id = ${own.terminalId}`
  const [pack] = await database.sql<{ id: string }[]>`select id from packages limit 1`
  own = { ...own, slipId: slip?.id ?? '', packageId: pack?.id ?? '' }
  const { id: groupId } = await createGroup(shell, { name: 'own' })
  await database.sql`insert into terminal_group_members (group_id, terminal_id)
    select ${groupId}, id from terminals where serial in ('PSM000001', 'PSM000002', 'PSM000003', 'SIM000001')`
  await share()
  const visibility = {
    kind: 'limited' as const,
    groupIds: [groupId, own.groupId],
    merchantIds: [own.merchantId],
  }
  ;({ key } = await createApiKey(shell, { name: 'limited', scopes: [...PERMISSION_NAMES], visibility }))
}, 120_000)

/** What is about one of the caller's terminals is about others too. */
async function share(): Promise<void> {
  const { sql } = database
  const others = sql`select id from terminals where serial like 'PSM00004%'`
  await sql`insert into enrollment_code_terminals (code_id, terminal_id, spent_at)
    select ${own.codeId}, id, now() from (${others}) o`
  await sql`insert into update_assignments (id, rule_id, terminal_id, assigned_by, assigned_at)
    select gen_random_uuid(), ${own.ruleId}, id, 'test', now() from (${others}) o`
  await sql`insert into app_connections (terminal_id, set_id, since_revision, connected_by, connected_at)
    select id, ${own.setId}, 1, 'test', now() from (${others}) o on conflict do nothing`
  await sql`insert into rollout_targets (rollout_id, terminal_id, wave, state, reason, state_at)
    select ${own.rolloutId}, id, 0, 'failed', 'install_error', now() from (${others}) o`
  const reason = { code: 'error_threshold', values: { wave: 0, failed: 10, of: 11, percent: 10 } }
  await sql`update rollouts set state = 'halted', reason = ${sql.json(reason)} where id = ${own.rolloutId}`
  await sql`insert into rollout_events (id, rollout_id, what, detail, at) values
    (${newId()}, ${own.rolloutId}, 'halted', ${sql.json(reason)}, now()),
    (${newId()}, ${own.rolloutId}, 'retried', '{"terminals": 10}', now())`
  const alert = async (kind: string, about: string, subjectId: string, detail: object) => {
    const id = newId()
    await sql`
      insert into alerts (id, kind, severity, state, subject_kind, subject_id, label, detail, count, peak, told_count,
        in_bell, first_raised_at, raised_at, joined_at)
      values (${id}, ${kind}, 'warning', 'raised', ${about}, ${subjectId}, 'many', ${sql.json(detail as never)},
        11, 11, 11, true, now(), now(), now())`
    await sql`insert into alert_events (alert_id, what, at, count) values (${id}, 'raised', now(), 11)`
    return id
  }
  await alert('rollout-halted', 'rollout', own.rolloutId, { reason: reason.code, ...reason.values })
  const many = await alert('battery-low', 'terminals', newId(), {})
  await sql`insert into alert_members (alert_id, terminal_id, serial, joined_at)
    select ${many}, id, serial, now() from terminals where id in (${others}) or id = ${own.terminalId}`
  await sql`insert into job_runs (id, name, holder, fence, started_at, progress)
    values (${newId()}, ${MATRIX_JOB}, 'a', 2, now(), '{"done": 40, "total": 157}')`
}

/** Every terminal out of sight goes, with all that hangs on it, and kept counts tell something else. */
async function changeWhatIsOutOfSight(): Promise<void> {
  const { superuser } = inject('testServer')
  const [{ name = '' } = {}] = await database.sql<{ name: string }[]>`select current_database() as name`
  const sql = connectAs(superuser, name)
  try {
    await sql.begin(async (tx) => {
      // No trigger and no reference is in the way of what a fleet without these terminals would be.
      await tx`set local session_replication_role = replica`
      await tx`create temporary table gone on commit drop as
        select t.id, t.serial from terminals t
        where t.merchant_id is distinct from ${own.merchantId} and not exists (
          select from terminal_group_members m join terminal_groups g on g.id = m.group_id
          where m.terminal_id = t.id and (g.name = 'own' or g.id = ${own.groupId}))`
      const columns = await tx<{ table: string; column: string }[]>`
        select c.relname as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
          and c.relname not in ('terminals', 'audit_entries') and a.attname in ('terminal_id', 'serial') and a.attnum > 0`
      for (const { table, column } of columns) {
        const name = column === 'serial' ? 'serial' : 'id'
        await tx`delete from ${tx(table)} where ${tx(column)} in (select ${tx(name)} from gone)`
      }
      await tx`delete from terminals where id in (select id from gone)`
      await tx`update rollout_waves set counts = '{"waiting":1,"active":2,"succeeded":3,"failed":4,"excused":5,"left":6}'`
      await tx`update fleet_snapshots set counters = '{}'`
      await tx`update eslip_hours set count = count + 1, amount = amount + 1`
      await tx`update alerts set count = 3, peak = 4, told_count = 3 where subject_kind = 'terminals'`
      await tx`update alert_events set count = 3`
      await tx`update job_runs set progress = '{"done": 1, "total": 2}', details = '{}' where name = ${MATRIX_JOB}`
      const values = { wave: 0, failed: 2, of: 3, percent: 10 }
      await tx`update rollouts set reason = jsonb_set(reason, '{values}', ${tx.json(values)}) where reason is not null`
      await tx`update rollout_events set detail = jsonb_set(detail, '{values}', ${tx.json(values)}) where detail ? 'values'`
      await tx`update rollout_events set detail = '{"terminals": 2}' where detail ? 'terminals'`
      await tx`update alerts set detail = detail || ${tx.json(values)} where detail ? 'failed'`
    })
  } finally {
    await sql.end()
  }
}

const headers = () => ({ Authorization: `Bearer ${key}` })

async function askAll(): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const { name, type } of procedures) {
    const row = PROCEDURES[name]
    if (row === undefined || type === 'mutation') continue
    const input = encodeURIComponent(JSON.stringify(row.input(own)))
    const address = `${url}/api/trpc/${name}?input=${input}`
    answers.set(name, type === 'query' ? await textOf(address) : await firstOf(address))
  }
  for (const { method, path } of byteEndpoints) {
    if (method !== 'GET') continue
    const rest = { ...BYTES[`${method} ${path}`]?.input(own) } as Record<string, string>
    const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
      const value = String(rest[name])
      delete rest[name]
      return value
    })
    answers.set(`${method} ${path}`, await textOf(`${url}/api/v1${filled}?${new URLSearchParams(rest)}`))
  }
  return answers
}

async function textOf(address: string): Promise<string> {
  const answer = await fetch(address, { headers: headers() })
  return `${answer.status} ${told(await answer.text())}`
}

/** What a stream says first. */
async function firstOf(address: string): Promise<string> {
  const leaving = new AbortController()
  const answer = await fetch(address, {
    headers: { ...headers(), Accept: 'text/event-stream' },
    signal: leaving.signal,
  })
  let text = ''
  try {
    setTimeout(() => leaving.abort(), 500)
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk)
  } catch {
    // Left.
  }
  return told(text)
}

/** Whether others are concerned is told on purpose: it decides what the caller may change. */
const told = (text: string) => text.replace(/"isWithinLimits":(?:true|false)|"requestId":"test-\d+"/g, '')

describe('a caller with limits', () => {
  it('is told the same by every question, whatever lies beyond them', { timeout: 120_000 }, async () => {
    // What the caller took is told to it afterwards.
    await askAll()
    const before = await askAll()
    const answered = [...before.values()].filter((text) => text.startsWith('200 ')).length
    expect(answered, 'most of them are about what the caller sees').toBeGreaterThan(60)
    await changeWhatIsOutOfSight()
    const after = await askAll()
    const differing = [...before].flatMap(([name, text]) =>
      after.get(name) === text ? [] : [[name, text, after.get(name)]],
    )
    expect(differing).toEqual([])
  })
})
