import { queryOf, router } from '../../trpc/procedures'
import { getHealth } from './health'
import { HealthView, SettingsView } from './schemas'
import { listSettings } from './settings'

const tag = 'System'

export const systemRouter = router({
  settings: queryOf(listSettings, {
    method: 'GET',
    path: '/system/settings',
    summary: 'List the settings in force and where each comes from',
    tag,
    output: SettingsView,
  }),
  health: queryOf(getHealth, {
    method: 'GET',
    path: '/system/health',
    summary: 'Say how the server is',
    tag,
    output: HealthView,
  }),
})
