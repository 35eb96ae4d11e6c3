import { alertEndpoints } from '../features/alerts/integrator'
import { appEndpoints } from '../features/apps/catalog/integrator'
import { auditEndpoints } from '../features/audit/integrator'
import { archiveEndpoints } from '../features/eslips/archive/integrator'
import { slipDownloads } from '../features/eslips/downloads/integrator'
import { keyEndpoints } from '../features/keys/integrator'
import { licenceEndpoints } from '../features/licenses/integrator'
import { analysisEndpoints } from '../features/monitoring/analysis/integrator'
import { ecrLogEndpoints } from '../features/monitoring/ecr-logs/integrator'
import { posLogEndpoints } from '../features/monitoring/pos-log/integrator'
import { statusEndpoints } from '../features/monitoring/status/integrator'
import { terminalEndpoints } from '../features/terminals/integrator'
import { packageEndpoints } from '../features/updates/packages/integrator'
import { uploadEndpoints } from '../features/uploads/integrator'
import type { ByteEndpoint } from './bytes'

/** Every address that takes or gives bytes. */
export const byteEndpoints: readonly ByteEndpoint[] = [
  ...alertEndpoints,
  ...appEndpoints,
  ...analysisEndpoints,
  ...archiveEndpoints,
  ...auditEndpoints,
  ...slipDownloads,
  ...keyEndpoints,
  ...licenceEndpoints,
  ...packageEndpoints,
  ...posLogEndpoints,
  ...ecrLogEndpoints,
  ...statusEndpoints,
  ...terminalEndpoints,
  ...uploadEndpoints,
]
