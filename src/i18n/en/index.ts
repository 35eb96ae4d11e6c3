import { account } from './account'
import { administration } from './administration'
import { app } from './app'
import { archive } from './archive'
import { audit } from './audit'
import { ecrLogs } from './ecr-logs'
import { errors } from './errors'
import { fleet } from './fleet'
import { jobs } from './jobs'
import { license } from './license'
import { packages } from './packages'
import { profile } from './profile'
import { rollouts } from './rollouts'
import { rules } from './rules'
import { slips } from './slips'
import { ui } from './ui'
import { updates } from './updates'
import { webhooks } from './webhooks'

export const en = {
  account,
  administration,
  app,
  archive,
  audit,
  ecrLogs,
  errors,
  fleet,
  jobs,
  license,
  packages,
  profile,
  rollouts,
  rules,
  slips,
  ui,
  updates,
  webhooks,
} as const
