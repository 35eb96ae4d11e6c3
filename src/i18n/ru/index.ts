import type { Dictionary } from '../shape'
import { account } from './account'
import { administration } from './administration'
import { alerts } from './alerts'
import { analysis } from './analysis'
import { apiDocs } from './api-docs'
import { apiKeys } from './api-keys'
import { apk } from './apk'
import { app } from './app'
import { applications } from './applications'
import { archive } from './archive'
import { audit } from './audit'
import { connections } from './connections'
import { ecrLogs } from './ecr-logs'
import { errors } from './errors'
import { fleet } from './fleet'
import { jobs } from './jobs'
import { keys } from './keys'
import { license } from './license'
import { packages } from './packages'
import { posLog } from './pos-log'
import { profile } from './profile'
import { rollouts } from './rollouts'
import { rules } from './rules'
import { sets } from './sets'
import { slips } from './slips'
import { system } from './system'
import { ui } from './ui'
import { updates } from './updates'
import { webhooks } from './webhooks'

export const ru: Dictionary = {
  account,
  administration,
  alerts,
  apiDocs,
  apiKeys,
  apk,
  analysis,
  app,
  applications,
  archive,
  audit,
  connections,
  ecrLogs,
  errors,
  fleet,
  jobs,
  keys,
  license,
  packages,
  posLog,
  profile,
  rollouts,
  rules,
  sets,
  slips,
  system,
  ui,
  updates,
  webhooks,
}
