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

/** Fewer are shown as they are: there is nothing to fold away. */
const FEWEST_FOLDED = 8

/**
 * What somebody looks after, and what is merely there, such as the packages of the system. First what the set is about, then
 * what a set has brought or the catalogue knows; a terminal reports hundreds of others.
 */
export function splitApps({ apps, decision }: Pick<TerminalApps, 'apps' | 'decision'>): {
  shown: App[]
  folded: App[]
} {
  const rank = (app: App) => {
    if (app.wanted !== null || stateOf(app, decision) !== 'notNamed') return 0
    return app.isManaged || app.label !== null ? 1 : 2
  }
  const ranked = [0, 1, 2].map((wanted) => apps.filter((app) => rank(app) === wanted))
  const [own = [], known = [], others = []] = ranked
  const isFolded = others.length >= FEWEST_FOLDED
  return { shown: [...own, ...known, ...(isFolded ? [] : others)], folded: isFolded ? others : [] }
}

/** Those of which the package has this text in its name; all where there is none. */
export function matchingApps(apps: readonly App[], text: string): App[] {
  const wanted = text.trim().toLowerCase()
  return apps.filter((app) => app.package.toLowerCase().includes(wanted))
}
