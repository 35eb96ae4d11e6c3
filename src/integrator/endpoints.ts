import { archiveEndpoints } from '../features/eslips/archive/integrator'
import { slipDownloads } from '../features/eslips/downloads/integrator'
import { licenceEndpoints } from '../features/licenses/integrator'
import { ecrLogEndpoints } from '../features/monitoring/ecr-logs/integrator'
import { statusEndpoints } from '../features/monitoring/status/integrator'
import { terminalEndpoints } from '../features/terminals/integrator'
import { packageEndpoints } from '../features/updates/packages/integrator'
import { uploadEndpoints } from '../features/uploads/integrator'
import type { ByteEndpoint } from './bytes'

/** Every address that takes or gives bytes. */
export const byteEndpoints: readonly ByteEndpoint[] = [
  ...archiveEndpoints,
  ...slipDownloads,
  ...licenceEndpoints,
  ...packageEndpoints,
  ...ecrLogEndpoints,
  ...statusEndpoints,
  ...terminalEndpoints,
  ...uploadEndpoints,
]
