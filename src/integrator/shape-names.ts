import type { z } from 'zod'
import * as actions from '../features/actions/schemas'
import * as appsCatalog from '../features/apps/catalog/schemas'
import * as appsIntake from '../features/apps/intake/schemas'
import * as appsSets from '../features/apps/sets/schemas'
import * as audit from '../features/audit/schemas'
import * as eslipsArchive from '../features/eslips/archive/schemas'
import * as eslipsDownloads from '../features/eslips/downloads/schemas'
import * as eslipsExport from '../features/eslips/export/schemas'
import * as eslipsIngest from '../features/eslips/ingest/schemas'
import * as eslipsSearch from '../features/eslips/search/schemas'
import * as jobs from '../features/jobs/schemas'
import * as keysBundle from '../features/keys/bundle/schemas'
import * as keysDeposits from '../features/keys/deposits/schemas'
import * as keysLoads from '../features/keys/loads/schemas'
import * as licenses from '../features/licenses/schemas'
import * as monitoringAnalysis from '../features/monitoring/analysis/schemas'
import * as monitoringEcrLogs from '../features/monitoring/ecr-logs/schemas'
import * as monitoringPosLog from '../features/monitoring/pos-log/schemas'
import * as monitoringStatus from '../features/monitoring/status/schemas'
import * as operators from '../features/operators/schemas'
import * as profile from '../features/profile/schemas'
import * as profileSwap from '../features/profile/swap/schemas'
import * as terminals from '../features/terminals/schemas'
import * as updatesDelivery from '../features/updates/delivery/schemas'
import * as updatesPackages from '../features/updates/packages/schemas'
import * as updatesRollouts from '../features/updates/rollouts/schemas'
import * as updatesRules from '../features/updates/rules/schemas'
import * as uploads from '../features/uploads/schemas'
import * as webhooks from '../features/webhooks/schemas'

/** What the sources call the shapes that callers see. */
const MODULES: readonly Record<string, unknown>[] = [
  actions,
  appsCatalog,
  appsIntake,
  appsSets,
  audit,
  eslipsArchive,
  eslipsDownloads,
  eslipsExport,
  eslipsIngest,
  eslipsSearch,
  jobs,
  keysBundle,
  keysDeposits,
  keysLoads,
  licenses,
  monitoringAnalysis,
  monitoringEcrLogs,
  monitoringPosLog,
  monitoringStatus,
  operators,
  profile,
  profileSwap,
  terminals,
  updatesDelivery,
  updatesPackages,
  updatesRollouts,
  updatesRules,
  uploads,
  webhooks,
]

/** The published names of shapes: their names in the sources. */
export function shapeNames(): Map<z.ZodType, string> {
  const names = new Map<z.ZodType, string>()
  const taken = new Map<string, unknown>()
  for (const [name, value] of MODULES.flatMap((module) => Object.entries(module))) {
    if (!isShape(value) || names.has(value)) continue
    if (taken.has(name)) throw new Error(`Two shapes are named ${name}; documents need one.`)
    taken.set(name, value)
    names.set(value, name)
  }
  return names
}

function isShape(value: unknown): value is z.ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value
}
