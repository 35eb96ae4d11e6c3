import { Downloads, type Fetched, type RemoteFile } from '../downloads'
import { type Conditions, type Host, isTime } from '../host'
import { chanceOf, pick } from '../random'
import type { Troubles } from '../troubles'
import { type InstalledApps, NO_ROOM, OTHER_SIGNER, type Refusal } from './installed'
import { signerOf } from './signer'

export interface OfferedApps {
  id: string
  kind: 'apps'
  install: OfferedApp[]
  remove: string[]
  when: Conditions
  set?: string
  setId?: string
  revision?: number
}

interface OfferedApp extends RemoteFile {
  package: string
  versionCode: number
  versionName?: string
}

interface Item extends Partial<Refusal> {
  package: string
  state: 'downloading' | 'downloaded' | 'installed' | 'failed'
}

const FAILURES: readonly Refusal[] = [
  NO_ROOM,
  { reason: 'install_error', vendorCode: 'INSTALL_FAILED_DEXOPT' },
  { reason: 'not_supported', vendorCode: 'INSTALL_FAILED_NO_MATCHING_ABIS' },
  { reason: 'cancelled_by_cashier', vendorCode: 'INSTALL_FAILED_ABORTED' },
]
const NOT_DELETED: Refusal = { reason: 'install_error', vendorCode: 'DELETE_FAILED_INTERNAL_ERROR' }

/** One performance of an action. */
interface Run {
  action: OfferedApps
  troubles: Troubles
  kept: () => Promise<void>
  /** What goes wrong whatever the terminal does, by package. */
  doomed: Map<string, Refusal>
  /** By package, as they are reported. */
  items: Map<string, Item>
}

/**
 * Carries out what is to be done with a terminal's applications: fetches all files, removes, then installs one after the
 * other. What is done is on the disk before the next step; a power cut in between leaves it so, and the rest to be done.
 */
export class Installer {
  readonly #host: Host
  readonly #apps: InstalledApps
  readonly #downloads: Downloads

  constructor(host: Host, apps: InstalledApps) {
    this.#host = host
    this.#apps = apps
    this.#downloads = new Downloads(host)
  }

  /**
   * @param kept resolves when what is installed by now is on the disk
   * @returns false where there is nothing more to do before the next check-in
   */
  async perform(action: OfferedApps, troubles: Troubles, kept: () => Promise<void>): Promise<boolean> {
    const { persona } = this.#host
    const { isSilent, lies, doomed } = fateOf(action, persona.serial, troubles)
    if (isSilent || !isTime(action.when, persona, Date.now())) return false
    this.#downloads.keepOnly(action.install)
    const run: Run = { action, troubles, kept, doomed, items: new Map() }
    const missing = action.install.filter((app) => !this.#isThere(app, action))
    for (const app of action.install)
      tell(run.items, app.package, missing.includes(app) ? 'downloading' : 'installed')

    for (const app of missing) {
      const fetched = await this.#fetch(run, app, missing)
      if (fetched === 'later') return false
      if (fetched === 'lost') return true
    }
    await this.#report(run, 'downloaded', 100)
    if (lies) {
      for (const name of [...action.remove, ...run.items.keys()]) tell(run.items, name, 'installed')
      return this.#end(run)
    }
    await this.#removeAll(run)
    const isWhole = await this.#installAll(run, missing)
    return isWhole ? this.#end(run) : true
  }

  /** Since before a power cut. One that is removed first is another one, though its version may be the same. */
  #isThere(app: OfferedApp, { remove }: OfferedApps): boolean {
    return this.#apps.has(app) && !remove.includes(app.package)
  }

  async #fetch(run: Run, app: OfferedApp, missing: readonly OfferedApp[]): Promise<Fetched> {
    if (!this.#hasRoomFor(app)) await this.#removeAll(run)
    if (!this.#hasRoomFor(app)) {
      tell(run.items, app.package, 'failed', NO_ROOM)
      return 'spoilt'
    }
    const bytes = missing.reduce((sum, { size }) => sum + size, 0)
    const progressed = () =>
      this.#report(run, 'downloading', Math.floor((this.#downloads.bytes / bytes) * 100))
    const fetched = await this.#downloads.fetch(app, run.troubles, progressed)
    if (fetched === 'whole') tell(run.items, app.package, 'downloaded')
    if (fetched === 'spoilt') tell(run.items, app.package, 'failed', { reason: 'hash_mismatch' })
    return fetched
  }

  #hasRoomFor(app: OfferedApp): boolean {
    const others = this.#downloads.bytes - this.#downloads.bytesOf(app)
    return this.#apps.freeBytes - others >= app.size
  }

  async #removeAll({ action, doomed, items, kept }: Run): Promise<void> {
    for (const name of action.remove) {
      const isReplaced = action.install.some((app) => app.package === name)
      const refusal = (isReplaced ? undefined : doomed.get(name)) ?? this.#apps.remove(name)
      if (refusal !== undefined) tell(items, name, 'failed', refusal)
      else if (!isReplaced) tell(items, name, 'installed')
      await kept()
    }
  }

  /** @returns false where the power failed between two of them */
  async #installAll(run: Run, missing: readonly OfferedApp[]): Promise<boolean> {
    const fetched = missing.filter((app) => run.items.get(app.package)?.state === 'downloaded')
    for (const app of fetched) {
      const refusal = run.doomed.get(app.package) ?? this.#install(app)
      tell(run.items, app.package, refusal === undefined ? 'installed' : 'failed', refusal)
      this.#downloads.drop(app)
      await run.kept()
      if (app === fetched.at(-1)) break
      await this.#report(run, 'downloaded', 100)
      if (this.#host.persona.chance() < run.troubles.powerCutRate) return false
    }
    return true
  }

  #install(app: OfferedApp): Refusal | undefined {
    const { package: name, versionCode, versionName, size: sizeBytes } = app
    const signerSha256 = signerOf(this.#downloads.tailOf(app), app.size, this.#apps.android.schemes)
    const installed = { package: name, versionCode, versionName, signerSha256, sizeBytes }
    return this.#apps.install(installed, this.#downloads.bytes)
  }

  async #end(run: Run): Promise<true> {
    this.#downloads.keepOnly([])
    const failed = [...run.items.values()].find(({ state }) => state === 'failed')
    if (failed === undefined) await this.#report(run, 'installed', 100)
    else
      await this.#report(run, 'failed', undefined, { reason: failed.reason, vendorCode: failed.vendorCode })
    return true
  }

  #report(run: Run, state: Item['state'], progressPercent?: number, why: Partial<Refusal> = {}) {
    const items = [...run.items.values()]
    return this.#host.report(run.action.id, { state, progressPercent, ...why, items })
  }
}

function tell(items: Run['items'], name: string, state: Item['state'], why: Partial<Refusal> = {}): void {
  items.set(name, { package: name, state, ...why })
}

/** What becomes of an action is clear from its beginning: one that is offered again ends the same. */
function fateOf({ id, install, remove }: OfferedApps, serial: string, troubles: Troubles) {
  const fate = chanceOf(`apps ${serial} ${id}`)
  const isSilent = fate() < troubles.silentRate
  const lies = fate() < troubles.lieRate
  const fails = fate() < troubles.failRate
  const isOthers = fate() < troubles.wrongSignatureRate
  const installed = install.map((app) => app.package)
  const doomed = new Map<string, Refusal>()
  const named = [...installed, ...remove]
  if (fails && named.length > 0) {
    const name = pick(fate, named)
    doomed.set(name, installed.includes(name) ? pick(fate, FAILURES) : NOT_DELETED)
  }
  if (isOthers && installed.length > 0) doomed.set(pick(fate, installed), OTHER_SIGNER)
  return { isSilent, lies, doomed }
}
