import { actionJobs } from '../features/actions/jobs'
import { alertJobs } from '../features/alerts/jobs'
import { auditJobs } from '../features/audit/jobs'
import { backupJobs } from '../features/backups/jobs'
import { archiveJobs } from '../features/eslips/archive/jobs'
import { slipJobs } from '../features/eslips/ingest/jobs'
import { keyJobs } from '../features/keys/jobs'
import { licenceJobs } from '../features/licenses/jobs'
import { analysisJobs } from '../features/monitoring/analysis/jobs'
import { ecrLogJobs } from '../features/monitoring/ecr-logs/jobs'
import { posLogJobs } from '../features/monitoring/pos-log/jobs'
import { statusJobs } from '../features/monitoring/status/jobs'
import { operatorJobs } from '../features/operators/jobs'
import { profileJobs } from '../features/profile/jobs'
import { storedFileJobs } from '../features/stored-files/jobs'
import { rolloutJobs } from '../features/updates/rollouts/jobs'
import { uploadJobs } from '../features/uploads/jobs'
import { webhookJobs } from '../features/webhooks/jobs'
import { housekeepingJobs } from './housekeeping'
import type { Job } from './schedule'

/** Everything the server does on a beat. */
export const jobs: readonly Job[] = [
  ...housekeepingJobs,
  ...backupJobs,
  ...statusJobs,
  ...analysisJobs,
  ...posLogJobs,
  ...ecrLogJobs,
  ...actionJobs,
  ...auditJobs,
  ...operatorJobs,
  ...uploadJobs,
  ...licenceJobs,
  ...keyJobs,
  ...storedFileJobs,
  ...rolloutJobs,
  ...slipJobs,
  ...archiveJobs,
  ...profileJobs,
  ...webhookJobs,
  ...alertJobs,
]
