import { actionsRouter } from '../features/actions/router'
import { alertRecipientsRouter, alertRulesRouter, alertsRouter } from '../features/alerts/router'
import { appsRouter, appVersionsRouter } from '../features/apps/catalog/router'
import { terminalAppsRouter } from '../features/apps/delivery/router'
import { appIntakeRouter } from '../features/apps/intake/router'
import { appSetsRouter } from '../features/apps/sets/router'
import { auditRouter } from '../features/audit/router'
import { eslipArchivesRouter, eslipHoldsRouter } from '../features/eslips/archive/router'
import { eslipsRouter } from '../features/eslips/export/router'
import { jobsRouter } from '../features/jobs/router'
import { keyLoadsRouter, keysRouter } from '../features/keys/router'
import { licensesRouter } from '../features/licenses/router'
import { analysisRouter } from '../features/monitoring/analysis/router'
import { ecrLogsRouter } from '../features/monitoring/ecr-logs/router'
import { posLogRouter } from '../features/monitoring/pos-log/router'
import { statusRouter } from '../features/monitoring/status/router'
import { accountRouter, apiKeysRouter, operatorsRouter } from '../features/operators/router'
import { profileRouter, swapsRouter } from '../features/profile/router'
import { systemRouter } from '../features/system/router'
import {
  enrollmentCodesRouter,
  groupsRouter,
  merchantsRouter,
  terminalsRouter,
} from '../features/terminals/router'
import { updatesRouter } from '../features/updates/delivery/router'
import { packagesRouter } from '../features/updates/packages/router'
import { rolloutsRouter } from '../features/updates/rollouts/router'
import { updateRulesRouter } from '../features/updates/rules/router'
import { uploadsRouter } from '../features/uploads/router'
import { webhooksRouter } from '../features/webhooks/router'
import { router } from './procedures'

/** Everything operators and integrators may ask. */
export const appRouter = router({
  account: accountRouter,
  actions: actionsRouter,
  alertRecipients: alertRecipientsRouter,
  alertRules: alertRulesRouter,
  alerts: alertsRouter,
  analysis: analysisRouter,
  apiKeys: apiKeysRouter,
  appIntake: appIntakeRouter,
  apps: appsRouter,
  appVersions: appVersionsRouter,
  appSets: appSetsRouter,
  audit: auditRouter,
  ecrLogs: ecrLogsRouter,
  enrollmentCodes: enrollmentCodesRouter,
  eslipArchives: eslipArchivesRouter,
  eslipHolds: eslipHoldsRouter,
  eslips: eslipsRouter,
  groups: groupsRouter,
  jobs: jobsRouter,
  keys: keysRouter,
  keyLoads: keyLoadsRouter,
  licenses: licensesRouter,
  merchants: merchantsRouter,
  operators: operatorsRouter,
  packages: packagesRouter,
  posLog: posLogRouter,
  rollouts: rolloutsRouter,
  profile: profileRouter,
  status: statusRouter,
  swaps: swapsRouter,
  system: systemRouter,
  terminals: terminalsRouter,
  terminalApps: terminalAppsRouter,
  updates: updatesRouter,
  updateRules: updateRulesRouter,
  uploads: uploadsRouter,
  webhooks: webhooksRouter,
})
export type AppRouter = typeof appRouter
