import { newId } from '../../src/core/ids'
import { type Needed, OWN_ACCOUNT } from '../../src/core/permissions'
import { SETS } from './matrix-apps'

/** Rows that the limited caller must not see, or ids that nothing has. */
export interface Ids {
  terminalId: string
  groupId: string
  merchantId: string
  codeId: string
  operatorId: string
  apiKeyId: string
  licenseId: string
  slipId: string
  actionId: string
  sessionId: string
  uploadId: string
  webhookId: string
  packageId: string
  appId: string
  appVersionId: string
  setId: string
  ruleId: string
  rolloutId: string
  swapId: string
  holdId: string
  ecrLogId: string
  ecrLogRequestId: string
  keyFileId: string
  alertId: string
  /** A serial number that goes with `terminalId`. */
  serial: string
}

/**
 * What a caller whose limits do not reach the row gets: a refusal's code, or `hidden`: an answer in which none of the
 * rows appears.
 */
type Foreign = 'hidden' | (string & {})

export interface Row {
  permission: Needed
  /** A sound input, so that nothing but the caller decides. */
  input(ids: Ids): Record<string, unknown>
  foreign: Foreign
}

const row = (permission: Needed, foreign: Foreign, input: Row['input']): Row => ({
  permission,
  foreign,
  input,
})
const terminal = ({ terminalId }: Ids) => ({ terminalId })
const alert = ({ alertId }: Ids) => ({ alertId })
/** None is seen by limited callers, whichever it is. */
const recipient = ({ alertId }: Ids) => ({ recipientId: alertId })
const systemPackage = ({ packageId }: Ids) => ({ packageId })
const app = ({ appId }: Ids) => ({ appId })
const appVersion = ({ appVersionId }: Ids) => ({ versionId: appVersionId })
const uploadedFile = ({ uploadId }: Ids) => ({ uploadId })
const rollout = ({ rolloutId }: Ids) => ({ rolloutId })
const steered = ({ rolloutId }: Ids) => ({ rolloutId, revision: 1 })
const assignment = ({ ruleId, terminalId }: Ids) => ({
  ruleId,
  what: 'assign',
  choice: { by: 'terminals', terminalIds: [terminalId] },
})
const swap = ({ terminalId }: Ids) => ({
  oldTerminalId: terminalId,
  replacement: { serial: `SWAP-${terminalId}` },
})
const ecrLog = ({ ecrLogId }: Ids) => ({ logId: ecrLogId })
const webhook = ({ webhookId }: Ids) => ({ webhookId })
const webhookMessage = ({ webhookId }: Ids) => ({ webhookId, messageId: `msg_${webhookId}` })
/** Else a row out of sight may only be on a later page. */
const wholePage = () => ({ limit: 1000 })
const updateRule = ({ ruleId }: Ids) => ({ ruleId })
const password = 'twelve characters'
/** Everybody may know that there is such a job; what its run says names what not everybody sees. */
export const MATRIX_JOB = 'by-the-matrix'
const job = () => ({ name: MATRIX_JOB })

/** Every procedure of the routers: what it needs and what lies out of sight. One that is missing here fails the test. */
export const PROCEDURES: Readonly<Record<string, Row>> = {
  'account.get': row(OWN_ACCOUNT, 'forbidden', () => ({})),
  'account.update': row(OWN_ACCOUNT, 'forbidden', () => ({ name: 'by the matrix' })),
  'account.sessions': row(OWN_ACCOUNT, 'forbidden', wholePage),
  'account.endSession': row(OWN_ACCOUNT, 'forbidden', ({ sessionId }) => ({ sessionId })),
  'actions.list': row('actions:read', 'hidden', wholePage),
  'actions.get': row('actions:read', 'action_not_found', ({ actionId }) => ({ actionId })),
  'actions.retry': row('terminals:write', 'action_not_found', ({ actionId }) => ({ actionId })),
  'alerts.list': row('alerts:read', 'hidden', wholePage),
  'alerts.get': row('alerts:read', 'alert_not_found', alert),
  'alerts.terminals': row('alerts:read', 'alert_not_found', alert),
  'alerts.counts': row('alerts:read', '"raised":0', () => ({})),
  'alerts.acknowledge': row('alerts:acknowledge', '"outcome":"not_found"', ({ alertId }) => ({
    alertIds: [alertId],
  })),
  'alertRecipients.list': row('alerts:write', 'outside_your_limits', () => ({})),
  'alertRecipients.create': row('alerts:write', 'outside_your_limits', () => ({
    address: `${newId()}@bank.example`,
    language: 'en',
  })),
  'alertRecipients.update': row('alerts:write', 'outside_your_limits', recipient),
  'alertRecipients.delete': row('alerts:write', 'outside_your_limits', recipient),
  'alertRecipients.test': row('alerts:write', 'outside_your_limits', recipient),
  // Rules are for the whole fleet.
  'alertRules.list': row('alerts:read', '"kind":"terminal-lost"', () => ({})),
  'alertRules.update': row('alerts:write', 'outside_your_limits', () => ({
    kind: 'battery-low',
    revision: 0,
  })),
  'apiKeys.list': row('api-keys:read', 'hidden', wholePage),
  'apiKeys.create': row('api-keys:write', 'scope_beyond_own', () => ({
    name: 'by the matrix',
    scopes: ['terminals:read'],
  })),
  'apiKeys.get': row('api-keys:read', 'api_key_not_found', ({ apiKeyId }) => ({ apiKeyId })),
  'apiKeys.update': row('api-keys:write', 'api_key_not_found', ({ apiKeyId }) => ({ apiKeyId })),
  'apiKeys.rotate': row('api-keys:write', 'api_key_not_found', ({ apiKeyId }) => ({ apiKeyId })),
  'apiKeys.revoke': row('api-keys:write', 'api_key_not_found', ({ apiKeyId }) => ({ apiKeyId })),
  'appIntake.inspect': row('apps:write', 'outside_your_limits', uploadedFile),
  'appIntake.create': row('apps:write', 'outside_your_limits', uploadedFile),
  'apps.list': row('apps:read', '"items":[', wholePage),
  'apps.get': row('apps:read', 'app_not_found', app),
  'apps.update': row('apps:write', 'outside_your_limits', app),
  'apps.delete': row('apps:write', 'outside_your_limits', app),
  'appVersions.list': row('apps:read', 'app_not_found', app),
  'appVersions.get': row('apps:read', 'app_version_not_found', appVersion),
  'appVersions.delete': row('apps:write', 'outside_your_limits', appVersion),
  ...SETS,
  // Of one kind: refusals fill the newest pages.
  'audit.list': row('audit:read', 'hidden', () => ({ limit: 1000, subjectKind: 'terminal' })),
  'audit.get': row('audit:read', 'audit_entry_not_found', () => ({ seq: 1 })),
  'audit.verify': row('audit:read', 'audit_outside_limits', () => ({})),
  'ecrLogs.list': row('ecr-logs:read', 'hidden', wholePage),
  'ecrLogs.get': row('ecr-logs:read', 'ecr_log_not_found', ecrLog),
  'ecrLogs.read': row('ecr-logs:read', 'ecr_log_not_found', ecrLog),
  'ecrLogs.search': row('ecr-logs:read', 'ecr_log_not_found', (ids) => ({ ...ecrLog(ids), text: 'xx' })),
  'ecrLogs.atTime': row('ecr-logs:read', 'ecr_log_not_found', (ids) => ({
    ...ecrLog(ids),
    time: '2026-11-27T10:00',
  })),
  'ecrLogs.requests': row('ecr-logs:read', 'hidden', wholePage),
  'ecrLogs.getRequest': row(
    'ecr-logs:read',
    'ecr_log_request_not_found',
    ({ ecrLogRequestId: requestId }) => ({ requestId }),
  ),
  'ecrLogs.request': row('ecr-logs:request', 'terminal_not_found', ({ terminalId }) => ({
    terminalId,
    from: '2026-11-26T00:00:00Z',
    to: '2026-11-27T00:00:00Z',
  })),
  'ecrLogs.cancelRequest': row(
    'ecr-logs:request',
    'ecr_log_request_not_found',
    ({ ecrLogRequestId: requestId }) => ({ requestId }),
  ),
  'enrollmentCodes.list': row('terminals:enroll', 'hidden', wholePage),
  'enrollmentCodes.get': row('terminals:enroll', 'enrollment_code_not_found', ({ codeId }) => ({ codeId })),
  'enrollmentCodes.issue': row('terminals:enroll', 'terminals_not_found', ({ serial }) => ({
    serials: [serial],
  })),
  'enrollmentCodes.revoke': row('terminals:enroll', 'enrollment_code_not_found', ({ codeId }) => ({
    codeId,
  })),
  'eslipArchives.list': row('eslips:read', '"items":[]', wholePage),
  'eslipArchives.get': row('eslips:read', 'eslip_archive_not_found', () => ({ number: 1 })),
  'eslipArchives.verify': row('eslips:read', 'eslip_archives_outside_limits', () => ({})),
  'eslipHolds.list': row('eslips:hold', 'hidden', wholePage),
  'eslipHolds.get': row('eslips:hold', 'eslip_hold_not_found', ({ holdId }) => ({ holdId })),
  'eslipHolds.create': row('eslips:hold', 'outside_your_limits', ({ merchantId }) => ({
    merchantId,
    reason: 'by the matrix',
  })),
  'eslipHolds.release': row('eslips:hold', 'eslip_hold_not_found', ({ holdId }) => ({ holdId })),
  'eslips.pull': row('eslips:read', 'hidden', wholePage),
  'eslips.search': row('eslips:read', 'hidden', wholePage),
  'eslips.totals': row('eslips:read', '"groups":[]', () => ({
    from: new Date(Date.now() - 86_400_000).toISOString(),
    to: new Date(Date.now() + 86_400_000).toISOString(),
  })),
  'eslips.get': row('eslips:read', 'slip_not_found', ({ slipId }) => ({ slipId })),
  'groups.list': row('groups:read', 'hidden', wholePage),
  'groups.get': row('groups:read', 'group_not_found', ({ groupId }) => ({ groupId })),
  'groups.create': row('groups:write', 'outside_your_limits', ({ groupId }) => ({ name: `G ${groupId}` })),
  'groups.update': row('groups:write', 'outside_your_limits', ({ groupId }) => ({ groupId, notes: 'x' })),
  'groups.delete': row('groups:write', 'outside_your_limits', ({ groupId }) => ({ groupId })),
  'jobs.list': row('jobs:read', 'hidden', wholePage),
  'jobs.get': row('jobs:read', 'hidden', job),
  'jobs.runs': row('jobs:read', 'hidden', job),
  'jobs.runNow': row('jobs:run', 'job_beyond_limits', job),
  'jobs.stop': row('jobs:run', 'job_beyond_limits', job),
  'system.settings': row('system:read', 'system_beyond_limits', () => ({})),
  'system.health': row('system:read', 'system_beyond_limits', () => ({})),
  'updates.explain': row('updates:read', 'terminal_not_found', ({ terminalId }) => ({ terminalId })),
  'keyLoads.list': row('keys:read', 'hidden', wholePage),
  'keyLoads.counts': row('keys:read', '"terminals":0', () => ({})),
  'keyLoads.get': row('keys:read', 'terminal_not_found', terminal),
  'keyLoads.files': row('keys:read', 'hidden', terminal),
  'keyLoads.history': row('keys:read', 'terminal_not_found', terminal),
  'keyLoads.batches': row('keys:read', '"items":[]', wholePage),
  // By persons alone, whatever a program was given.
  'keyLoads.approve': row('keys:approve', 'key_officers_only', ({ keyFileId }) => ({ fileIds: [keyFileId] })),
  'keyLoads.revoke': row('keys:revoke', 'key_file_not_found', ({ keyFileId }) => ({
    fileId: keyFileId,
    reason: 'by the matrix',
  })),
  'keyLoads.allow': row('keys:allow', 'terminal_not_found', terminal),
  'keys.deposits': row(['keys:read', 'keys:deposit'], 'hidden', wholePage),
  'keys.depositsOf': row(['keys:read', 'keys:deposit'], 'terminal_not_found', ({ serial }) => ({ serial })),
  'licenses.list': row('licenses:read', 'hidden', wholePage),
  'licenses.get': row('licenses:read', 'license_not_found', ({ licenseId }) => ({ licenseId })),
  'licenses.preview': row('licenses:read', 'license_not_found', ({ licenseId }) => ({ licenseId })),
  'licenses.delete': row('licenses:write', 'license_not_found', ({ licenseId }) => ({
    licenseIds: [licenseId],
  })),
  'licenses.undoDelete': row('licenses:write', 'license_not_found', ({ licenseId }) => ({ licenseId })),
  'licenses.restore': row('licenses:write', 'not_found', ({ licenseId }) => ({ licenseIds: [licenseId] })),
  'licenses.importUpload': row('licenses:write', 'upload_not_found', ({ uploadId }) => ({ uploadId })),
  'licenses.calendar': row('licenses:read', '"withoutEnd":0', () => ({})),
  'licenses.numbers': row('licenses:read', 'hidden', wholePage),
  'merchants.list': row('merchants:read', 'hidden', wholePage),
  'merchants.get': row('merchants:read', 'merchant_not_found', ({ merchantId }) => ({ merchantId })),
  'merchants.create': row('merchants:write', 'outside_your_limits', ({ merchantId }) => ({
    name: `M ${merchantId}`,
  })),
  'merchants.update': row('merchants:write', 'outside_your_limits', ({ merchantId }) => ({
    merchantId,
    name: 'x',
  })),
  'merchants.delete': row('merchants:write', 'outside_your_limits', ({ merchantId }) => ({ merchantId })),
  'operators.list': row('operators:read', 'hidden', wholePage),
  'operators.get': row('operators:read', 'operator_not_found', ({ operatorId }) => ({ operatorId })),
  'operators.made': row('operators:read', 'operator_not_found', ({ operatorId }) => ({ operatorId })),
  // What roles may do is the same for everybody who may look.
  'operators.roles': row('operators:read', '"roles":[', () => ({})),
  'operators.create': row('operators:write', 'scope_beyond_own', () => ({
    username: 'by-the-matrix',
    password,
    role: 'viewer',
  })),
  'operators.resetPassword': row('operators:write', 'operator_not_found', ({ operatorId }) => ({
    operatorId,
    password,
  })),
  'operators.setRole': row('operators:write', 'operator_not_found', ({ operatorId }) => ({
    operatorId,
    role: 'viewer',
  })),
  'operators.setVisibility': row('operators:write', 'operator_not_found', ({ operatorId }) => ({
    operatorId,
    visibility: { kind: 'limited' },
  })),
  'operators.disable': row('operators:write', 'operator_not_found', ({ operatorId }) => ({ operatorId })),
  'operators.unlock': row('operators:write', 'operator_not_found', ({ operatorId }) => ({ operatorId })),
  'operators.resetTwoFactor': row('operators:write', 'operator_not_found', ({ operatorId }) => ({
    operatorId,
  })),
  'operators.enable': row('operators:write', 'operator_not_found', ({ operatorId }) => ({ operatorId })),
  // Packages are for the whole fleet: who may see them at all sees every one.
  'packages.list': row('packages:read', '"items":[', wholePage),
  'packages.get': row('packages:read', 'package_not_found', systemPackage),
  'packages.inspect': row('packages:write', 'upload_not_found', ({ uploadId }) => ({
    platform: 'wiseasy-wpos3',
    files: [{ uploadId }],
  })),
  'packages.create': row('packages:write', 'upload_not_found', ({ uploadId }) => ({
    platform: 'wiseasy-wpos3',
    component: 'system',
    version: '1',
    files: [{ uploadId }],
  })),
  'packages.update': row('packages:write', 'package_not_found', ({ packageId }) => ({
    packageId,
    notes: 'x',
  })),
  'packages.delete': row('packages:write', 'package_not_found', systemPackage),
  'rollouts.list': row('updates:read', 'hidden', wholePage),
  'rollouts.get': row('updates:read', 'rollout_not_found', rollout),
  'rollouts.targets': row('updates:read', 'rollout_not_found', rollout),
  'rollouts.reasons': row('updates:read', 'rollout_not_found', rollout),
  'rollouts.preview': row('updates:read', 'outside_your_limits', (ids) => ({
    ruleId: ids.ruleId,
    waves: [{}],
  })),
  'rollouts.start': row('updates:write', 'outside_your_limits', (ids) => ({
    ruleId: ids.ruleId,
    name: 'by the matrix',
    waves: [{}],
  })),
  'rollouts.pause': row('updates:write', 'outside_your_limits', steered),
  'rollouts.resume': row('updates:write', 'outside_your_limits', steered),
  'rollouts.stop': row('updates:write', 'outside_your_limits', steered),
  'rollouts.retryFailed': row('updates:write', 'outside_your_limits', steered),
  'rollouts.watch': row('updates:read', 'hidden', rollout),
  'posLog.list': row('pos-log:read', 'hidden', wholePage),
  'posLog.get': row('pos-log:read', 'pos_log_entry_not_found', ({ slipId }) => ({ entryId: slipId })),
  'posLog.summary': row('pos-log:read', 'terminal_not_found', terminal),
  'posLog.watch': row('pos-log:read', 'hidden', () => ({})),
  // Rules are for the whole fleet; to whom they are assigned is shown within the caller's limits.
  'profile.previewAssignment': row('updates:write', '"terminals":0', assignment),
  'profile.applyAssignment': row('updates:write', 'assignment_changed', (ids) => ({
    ...assignment(ids),
    fingerprint: 'by the matrix',
  })),
  'profile.assignments': row('updates:read', '"items":[]', ({ ruleId }) => ({ ruleId, limit: 1000 })),
  'profile.terminal': row('updates:read', 'terminal_not_found', terminal),
  'profile.history': row('updates:read', 'terminal_not_found', terminal),
  'analysis.get': row('analysis:read', '"terminals":0', () => ({})),
  'analysis.refresh': row('analysis:refresh', '"isAsked":false', () => ({})),
  'status.list': row('status:read', 'hidden', wholePage),
  'status.get': row('status:read', 'terminal_not_found', terminal),
  'status.history': row('status:read', 'terminal_not_found', terminal),
  'status.facets': row('status:read', '"models":[]', () => ({})),
  'status.overview': row('status:read', '"terminals":0', () => ({})),
  'status.previewBulk': row('terminals:write', 'terminal_not_found', ({ terminalId }) => ({
    target: { terminalIds: [terminalId] },
    change: { kind: 'retire' },
  })),
  'status.applyBulk': row('terminals:write', 'terminal_not_found', ({ terminalId }) => ({
    target: { terminalIds: [terminalId] },
    change: { kind: 'retire' },
    expectedTerminals: 1,
  })),
  'status.watch': row('status:read', 'hidden', ({ terminalId }) => ({ terminalIds: [terminalId] })),
  'swaps.preview': row('terminals:write', 'terminal_not_found', swap),
  'swaps.swap': row('terminals:write', 'terminal_not_found', swap),
  'swaps.undo': row('terminals:write', 'swap_not_found', ({ swapId }) => ({ swapId })),
  'swaps.list': row('terminals:read', 'hidden', wholePage),
  'swaps.get': row('terminals:read', 'swap_not_found', ({ swapId }) => ({ swapId })),
  'terminals.list': row('terminals:read', 'hidden', wholePage),
  'terminals.get': row('terminals:read', 'terminal_not_found', terminal),
  'terminals.register': row('terminals:write', 'outside_your_limits', ({ terminalId }) => ({
    serial: `M-${terminalId}`,
    platform: 'other',
  })),
  'terminals.update': row('terminals:write', 'terminal_not_found', ({ terminalId }) => ({
    terminalId,
    notes: 'x',
  })),
  'terminals.suspend': row('terminals:write', 'terminal_not_found', terminal),
  'terminals.resume': row('terminals:write', 'terminal_not_found', terminal),
  'terminals.retire': row('terminals:write', 'terminal_not_found', terminal),
  'terminals.revoke': row('terminals:write', 'terminal_not_found', terminal),
  'terminals.reopen': row('terminals:write', 'terminal_not_found', terminal),
  'terminals.previewImport': row('terminals:write', 'outside_your_limits', ({ serial }) => ({
    csv: `serial,platform\n${serial},other\n`,
  })),
  'terminals.applyImport': row('terminals:write', 'outside_your_limits', () => ({
    csv: 'serial,platform\nBY-THE-MATRIX,other\n',
  })),
  // Rules are for the whole fleet; terminals are counted as far as they are seen.
  'updateRules.list': row('updates:read', '"assignedTerminals":0', wholePage),
  'updateRules.get': row('updates:read', '"assignedTerminals":0', updateRule),
  'updateRules.create': row('updates:write', 'rule_packages_missing', ({ uploadId }) => ({
    name: `R ${uploadId}`,
    platform: 'wiseasy-wpos3',
    steps: [{ packageId: uploadId }],
  })),
  'updateRules.update': row('updates:write', 'outside_your_limits', ({ ruleId }) => ({
    ruleId,
    revision: 1,
    notes: 'x',
  })),
  // A copy concerns nobody.
  'updateRules.copy': row('updates:write', '"assignedTerminals":0', ({ ruleId }) => ({
    ruleId,
    name: `C ${newId()}`,
  })),
  'updateRules.delete': row('updates:write', 'outside_your_limits', ({ ruleId }) => ({
    ruleId,
    isConfirmed: true,
  })),
  'updateRules.dryRun': row('updates:read', '"terminals":0', ({ ruleId }) => ({
    ruleId,
    terminals: { assigned: true },
  })),
  'updateRules.dryRunTerminals': row('updates:read', 'hidden', ({ ruleId }) => ({
    ruleId,
    terminals: { filter: {} },
    outcome: 'excluded',
    reason: 'wrong_platform',
  })),
  'uploads.list': row('uploads:write', 'hidden', wholePage),
  // Everybody may have uploads of their own.
  'uploads.create': row('uploads:write', 'uploadId', () => ({ fileName: 'by the matrix', sizeBytes: 1 })),
  'uploads.get': row('uploads:write', 'upload_not_found', ({ uploadId }) => ({ uploadId })),
  'uploads.discard': row('uploads:write', 'upload_not_found', ({ uploadId }) => ({ uploadId })),
  'webhooks.list': row('webhooks:read', 'hidden', wholePage),
  'webhooks.create': row('webhooks:write', 'scope_beyond_own', () => ({
    name: 'by the matrix',
    url: 'https://example.com/hook',
    eventTypes: ['eslip.created'],
  })),
  'webhooks.get': row('webhooks:read', 'webhook_not_found', webhook),
  'webhooks.update': row('webhooks:write', 'webhook_not_found', ({ webhookId }) => ({
    webhookId,
    name: 'x',
  })),
  'webhooks.delete': row('webhooks:write', 'webhook_not_found', webhook),
  'webhooks.disable': row('webhooks:write', 'webhook_not_found', webhook),
  'webhooks.enable': row('webhooks:write', 'webhook_not_found', webhook),
  'webhooks.rotateSecret': row('webhooks:write', 'webhook_not_found', webhook),
  'webhooks.test': row('webhooks:write', 'webhook_not_found', webhook),
  'webhooks.traffic': row('webhooks:read', 'webhook_not_found', webhook),
  'webhooks.messages': row('webhooks:read', 'webhook_not_found', webhook),
  'webhooks.message': row('webhooks:read', 'webhook_not_found', webhookMessage),
  'webhooks.replay': row('webhooks:write', 'webhook_not_found', webhookMessage),
  'webhooks.replayFailed': row('webhooks:write', 'webhook_not_found', ({ webhookId }) => ({
    webhookId,
    since: '2026-01-01T00:00:00Z',
  })),
}

/** Addresses of REST that take or give bytes, by method and path; `input` fills the path, the rest is the query. */
export const BYTES: Readonly<Record<string, Row>> = {
  // Numbers, no names; whose they are is tested with the slice.
  'GET /analysis/export.csv': row('analysis:read', 'Told apart by', () => ({})),
  'GET /audit/export.csv': row('audit:read', 'hidden', () => ({ subjectKind: 'terminal' })),
  'GET /audit/export.jsonl': row('audit:read', 'hidden', () => ({ subjectKind: 'terminal' })),
  'GET /alerts/export.csv': row('alerts:read', 'hidden', () => ({})),
  'GET /pos-log/export.csv': row('pos-log:read', 'hidden', () => ({})),
  'GET /status/export.csv': row('status:read', 'hidden', () => ({})),
  'POST /licenses/import': row('licenses:write', 'outside_your_limits', ({ serial }) => ({
    serial,
    platform: 'other',
    licId: 'LIC-MATRIX',
    product: 'matrix',
  })),
  // It says the same to everybody.
  'GET /terminals/import/template.csv': row('terminals:write', 'Serial number', () => ({ lang: 'en' })),
  'GET /key-batches/export.csv': row('keys:read', 'Serial number', () => ({ batch: 'night' })),
  'PUT /keys/{serial}/{sequence}': row('keys:deposit', 'terminal_not_found', ({ serial }) => ({
    serial,
    sequence: 1,
  })),
  'PUT /uploads/{uploadId}/parts/{index}': row('uploads:write', 'upload_not_found', ({ uploadId }) => ({
    uploadId,
    index: 0,
  })),
  'GET /ecr-logs/{logId}/content': row('ecr-logs:read', 'ecr_log_not_found', ecrLog),
  'GET /ecr-logs/export.zip': row('ecr-logs:read', 'hidden', () => ({})),
  'GET /eslips/{slipId}/receipt.txt': row('eslips:read', 'slip_not_found', ({ slipId }) => ({ slipId })),
  'GET /eslips/{slipId}/receipt.pdf': row('eslips:read', 'slip_not_found', ({ slipId }) => ({ slipId })),
  'GET /eslips/export.csv': row('eslips:read', 'hidden', () => ({})),
  'GET /eslips/export.zip': row('eslips:read', 'hidden', () => ({ format: 'txt' })),
  'GET /eslips/archives/{number}/content': row('eslips:read', 'eslip_archive_not_found', () => ({
    number: 1,
  })),
  'GET /packages/{packageId}/files/{position}': row(
    'packages:read',
    'package_file_not_found',
    ({ packageId }) => ({ packageId, position: 0 }),
  ),
  'GET /app-versions/{versionId}/apk': row('apps:read', 'app_version_not_found', appVersion),
  'GET /app-versions/{versionId}/icon': row('apps:read', 'app_version_not_found', appVersion),
  'GET /licenses/{licenseId}/content': row('licenses:read', 'license_not_found', ({ licenseId }) => ({
    licenseId,
  })),
}

/** Messages of terminals: whether a suspended one may send it (contract: check in, hand over; nothing to fetch). */
export const MESSAGES: Readonly<Record<string, { whileSuspended: boolean }>> = {
  'check-in': { whileSuspended: true },
  token: { whileSuspended: true },
  'action-result': { whileSuspended: true },
  license: { whileSuspended: false },
  files: { whileSuspended: false },
  keys: { whileSuspended: false },
  'key-bundle': { whileSuspended: false },
  'key-result': { whileSuspended: true },
  eslips: { whileSuspended: true },
  'ecr-log': { whileSuspended: true },
  'ecr-log-offset': { whileSuspended: true },
}

/** Messages of the sign-in room: what a stranger gets, with a sound input from our own page. */
export const SIGN_IN: Readonly<Record<string, { input: Record<string, unknown>; stranger: string }>> = {
  '/sign-in': { input: { login: 'nobody', password: 'wrong' }, stranger: 'invalid_credentials' },
  '/second-factor': { input: { kind: 'totp', code: '123456' }, stranger: 'second_factor_expired' },
  '/proof': { input: { password }, stranger: 'unauthenticated' },
  '/sign-out': { input: {}, stranger: 'let in' },
  '/two-factor/enable': { input: { password }, stranger: 'unauthenticated' },
  '/two-factor/confirm': { input: { code: '123456' }, stranger: 'unauthenticated' },
  '/two-factor/disable': { input: { password }, stranger: 'unauthenticated' },
  '/two-factor/backup-codes': { input: { password }, stranger: 'unauthenticated' },
  '/password': {
    input: { currentPassword: password, newPassword: 'some other password' },
    stranger: 'unauthenticated',
  },
  '/setup': { input: { token: 'pss_x', username: 'by-the-matrix', password }, stranger: 'setup_refused' },
}

/** What a stranger may ask, and why. Everything else answers 401. */
export const PUBLIC: Readonly<Record<string, string>> = {
  'POST /api/auth/sign-in': 'who has no session yet',
  'POST /api/auth/second-factor': 'between password and session',
  'POST /api/auth/sign-out': 'it takes away a cookie, of whomever',
  'POST /api/auth/setup': 'the first administrator shows the token of a link instead',
  'POST /terminal/v1/enroll': 'a terminal that has no token yet shows its code instead',
  'GET /api/openapi.json': 'it tells no more than the source',
  'GET /api/terminal.openapi.json': 'makers of terminals build by it',
  'GET /api/docs': 'a page that shows the two documents',
  'GET /healthz': 'asked by what restarts the process',
  'GET /readyz': 'asked by what sends it traffic',
  'GET /metrics': 'from this machine only, unless a token is set; counts and durations, no names',
}
