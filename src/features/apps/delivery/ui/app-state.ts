import type { Tone } from '../../../../ui/badge'
import type { TerminalApps } from '../../sets/schemas'

type App = TerminalApps['apps'][number]

/**
 * How one application of a terminal stands to its set. `held`: it cannot be as the set wants it; `coming`, `upgrading`, `going`:
 * something is left to do; `asWanted`; `absent`: the set wants it gone, and it is; `notNamed`: the set says nothing of it.
 */
export type AppState = 'held' | 'coming' | 'upgrading' | 'going' | 'asWanted' | 'absent' | 'notNamed'

export const APP_STATE_TONES: Record<AppState, Tone> = {
  held: 'danger',
  coming: 'info',
  upgrading: 'info',
  going: 'warn',
  asWanted: 'good',
  absent: 'good',
  notNamed: 'neutral',
}

/** Pure: by the decision that acts, so that the page says what will be done. */
export function stateOf(app: App, decision: TerminalApps['decision']): AppState {
  const isOwn = (one: { package: string }) => one.package === app.package
  if (decision?.obstacles.some(isOwn)) return 'held'
  if (decision?.install.some(isOwn)) return app.installed === null ? 'coming' : 'upgrading'
  if (decision?.remove.includes(app.package)) return 'going'
  if (app.wanted === null) return 'notNamed'
  if (app.wanted.want === 'absent') return app.installed === null ? 'absent' : 'notNamed'
  return app.installed?.versionCode === app.wanted.versionCode ? 'asWanted' : 'notNamed'
}
