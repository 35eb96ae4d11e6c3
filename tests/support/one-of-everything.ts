import type { Ctx } from '../../src/core/context'
import { newId } from '../../src/core/ids'
import { createHold } from '../../src/features/eslips/archive/holds'
import { prepareSlip, SlipStore } from '../../src/features/eslips/ingest'
import { depositKeys } from '../../src/features/keys/deposits/deposit'
import { importLicence } from '../../src/features/licenses/service/import'
import { codingOf } from '../../src/features/monitoring/ecr-logs/decode'
import { requestEcrLog } from '../../src/features/monitoring/ecr-logs/requests'
import { keepLog } from '../../src/features/monitoring/ecr-logs/store'
import { createApiKey, createOperator } from '../../src/features/operators'
import { issueEnrollmentCode } from '../../src/features/terminals/service/codes'
import { createGroup, createMerchant } from '../../src/features/terminals/service/places'
import { registerTerminal } from '../../src/features/terminals/service/register'
import { startRollout } from '../../src/features/updates/rollouts/service/start'
import { createUpload } from '../../src/features/uploads/service/announce'
import { createWebhookOf } from '../../src/features/webhooks/service/endpoints'
import { publishJobs } from '../../src/jobs/definitions'
import { sale } from '../features/eslips/slips'
import { putEntries } from '../features/monitoring/pos-log/entries'
import { type Ids, MATRIX_JOB } from '../rules/matrix'
import { job } from './services'

/** One row of everything there is, all about one terminal: for whoever must see it, or must not. */
export async function putOneOfEverything(admin: Ctx): Promise<Ids> {
  const { sql } = admin
  const { id: groupId } = await createGroup(admin, { name: 'foreign' })
  const { id: merchantId } = await createMerchant(admin, { name: 'foreign' })
  const serial = 'FOREIGN-1'
  const { id: terminalId } = await registerTerminal(admin, {
    serial,
    platform: 'other',
    groupIds: [groupId],
    merchantId,
  })
  const { codeId } = await issueEnrollmentCode(admin, { serials: [serial] })
  const { id: operatorId } = await createOperator(admin, {
    username: 'foreign',
    password: 'twelve characters',
    role: 'viewer',
  })
  const { id: apiKeyId } = await createApiKey(admin, { name: 'foreign', scopes: ['terminals:read'] })
  const licence = await importLicence(admin, {
    fileName: 'foreign.json',
    bytes: Buffer.from(JSON.stringify({ serial, platform: 'other', licId: 'LIC-FOREIGN' })),
  })
  const from = { terminalId, receivedAtMs: Date.now(), assumedOffset: '+00:00' }
  const prepared = prepareSlip(sale(), from)
  if (prepared.isFit) await new SlipStore(sql).store([prepared.slip])
  const [slip] = await sql<{ id: string }[]>`select id from eslips`
  const { id: webhookId } = await createWebhookOf([])(admin, {
    name: 'foreign',
    url: 'https://example.com/',
    eventTypes: ['eslip.created'],
  })
  const { uploadId } = await createUpload(admin, { fileName: 'foreign.zip', sizeBytes: 6 })
  const { id: holdId } = await createHold(admin, { merchantId, reason: 'a case' })
  await putEntries(sql, [{ terminalId }])
  const actionId = newId()
  await sql`insert into terminal_actions (id, terminal_id, kind, subject_id, state, body, offered_at, state_at)
    values (${actionId}, ${terminalId}, 'license', ${newId()}, 'failed', '{}', now(), now())`
  await publishJobs(sql, [
    { name: MATRIX_JOB, schedule: '0 0 4 * * *', runsAtStart: false, run: async () => ({}) },
  ])
  await sql`insert into job_runs (id, name, holder, fence, started_at, ended_at, outcome, details)
    values (${newId()}, ${MATRIX_JOB}, 'a', 1, now(), now(), 'done', jsonb_build_object('last', ${terminalId}::text))`
  const [packageId, ruleId] = [newId(), newId()]
  await sql`insert into packages (id, platform, component, version, kind, file_count, size_bytes, created_by, created_at)
    values (${packageId}, 'wiseasy-wpos3', 'system', '2.0', 'android-ota', 0, 0, 'test', now())`
  await sql`insert into update_rules (id, name, platform, created_by, created_at, updated_at)
    values (${ruleId}, 'foreign', 'wiseasy-wpos3', 'test', now(), now())`
  await sql`insert into update_rule_steps (rule_id, position, package_id) values (${ruleId}, 0, ${packageId})`
  await sql`insert into update_assignments (id, rule_id, terminal_id, assigned_by, assigned_at)
    values (${newId()}, ${ruleId}, ${terminalId}, 'test', now())`
  const { rolloutId } = await startRollout(admin, { ruleId, name: 'foreign', waves: [{}] })
  const setId = newId()
  await sql`insert into app_sets (id, name, created_by, created_at, updated_by, updated_at)
    values (${setId}, 'foreign', 'test', now(), 'test', now())`
  await sql`insert into app_set_revisions
    (set_id, revision, removes_others, present, made_for, made_by, made_at, released_at)
    values (${setId}, 1, false, '{}', 'change', 'test', now(), now())`
  await sql`insert into app_connections (terminal_id, set_id, since_revision, connected_by, connected_at)
    values (${terminalId}, ${setId}, 1, 'test', now())`
  const { id: ecrLogId } = await keepLog(
    admin,
    { terminalId, name: 'foreign.log', coding: codingOf(undefined, undefined), from: null, to: null },
    (async function* () {
      yield Buffer.from('foreign')
    })(),
    () => 7,
  )
  const { id: ecrLogRequestId } = await requestEcrLog(admin, {
    terminalId,
    from: '2026-11-26T00:00:00Z',
    to: '2026-11-27T00:00:00Z',
  })
  const { deposit } = await depositKeys(
    { ...admin, actor: job() },
    {
      ...{ serial, sequence: 1, batch: 'night', bytes: Buffer.from('opaque') },
    },
  )
  const alertId = newId()
  await sql`
    insert into alerts (id, kind, severity, state, subject_kind, subject_id, label, count, peak, told_count, in_bell,
      first_raised_at, raised_at, joined_at)
    values (${alertId}, 'terminal-lost', 'warning', 'raised', 'terminal', ${terminalId}, ${serial}, 1, 1, 1, true, now(), now(), now())`
  await sql`
    insert into alert_members (alert_id, terminal_id, serial, joined_at) values (${alertId}, ${terminalId}, ${serial}, now())`
  const swapId = newId()
  const standing = {
    state: 'expected',
    reopenedAt: null,
    tids: [],
    merchantId,
    address: '',
    groupIds: [groupId],
  }
  const before = { old: standing, new: standing, groupIds: [], movedRuleIds: [] }
  await sql`
    insert into swaps (id, old_terminal_id, new_terminal_id, before, by_name, at, undo_until)
    values (${swapId}, ${terminalId}, ${terminalId}, ${sql.json(before)}, 'the matrix', now(), now() + interval '1 hour')`
  return {
    terminalId,
    groupId,
    merchantId,
    codeId,
    operatorId,
    apiKeyId,
    licenseId: licence.licenseId ?? '',
    slipId: slip?.id ?? '',
    ecrLogId,
    ecrLogRequestId,
    keyFileId: deposit.fileId,
    alertId,
    actionId,
    sessionId: newId(),
    uploadId,
    holdId,
    packageId: newId(),
    appId: newId(),
    appVersionId: newId(),
    setId,
    ruleId,
    rolloutId,
    swapId,
    webhookId,
    serial,
  }
}
