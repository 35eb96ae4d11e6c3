import { actionsRouter } from '../features/actions/router'
import { auditRouter } from '../features/audit/router'
import { eslipArchivesRouter, eslipHoldsRouter } from '../features/eslips/archive/router'
import { eslipsRouter } from '../features/eslips/export/router'
import { jobsRouter } from '../features/jobs/router'
import { licensesRouter } from '../features/licenses/router'
import { ecrLogsRouter } from '../features/monitoring/ecr-logs/router'
import { statusRouter } from '../features/monitoring/status/router'
import { accountRouter, apiKeysRouter, operatorsRouter } from '../features/operators/router'
import { profileRouter, swapsRouter } from '../features/profile/router'
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
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  ecrLogs: ecrLogsRouter,
  enrollmentCodes: enrollmentCodesRouter,
  eslipArchives: eslipArchivesRouter,
  eslipHolds: eslipHoldsRouter,
  eslips: eslipsRouter,
  groups: groupsRouter,
  jobs: jobsRouter,
  licenses: licensesRouter,
  merchants: merchantsRouter,
  operators: operatorsRouter,
  packages: packagesRouter,
  rollouts: rolloutsRouter,
  profile: profileRouter,
  status: statusRouter,
  swaps: swapsRouter,
  terminals: terminalsRouter,
  updates: updatesRouter,
  updateRules: updateRulesRouter,
  uploads: uploadsRouter,
  webhooks: webhooksRouter,
})
export type AppRouter = typeof appRouter
