import { Downloads, type RemoteFile } from './downloads'
import { type Conditions, type Host, isTime } from './host'
import { chanceOf, pick } from './random'
import type { Troubles } from './troubles'

export interface OfferedUpdate {
  id: string
  kind: 'update'
  rule: string
  files: (RemoteFile & { component: string; version: string; name: string; target: string; order: number })[]
  when: Conditions
}

const FAILURES = ['install_error', 'out_of_space', 'signature_refused', 'network_lost'] as const

/** Fetches the files of an update, installs, reports. */
export class Updater {
  readonly #host: Host
  readonly #downloads: Downloads

  constructor(host: Host) {
    this.#host = host
    this.#downloads = new Downloads(host)
  }

  /**
   * @param kept resolves when what is installed by now is on the disk
   * @returns false where there is nothing more to do before the next check-in
   */
  async perform(update: OfferedUpdate, troubles: Troubles, kept: () => Promise<void>): Promise<boolean> {
    const { persona } = this.#host
    // How it ends was always clear: an update that is offered again ends the same.
    const fate = chanceOf(`update ${persona.serial} ${update.id}`)
    if (fate() < troubles.silentRate) return false
    if (!isTime(update.when, persona, Date.now())) return false
    this.#downloads.keepOnly(update.files)
    for (const file of [...update.files].sort((a, b) => a.order - b.order)) {
      const fetched = await this.#downloads.fetch(file, troubles, () => this.#progress(update, file))
      if (fetched === 'later') return false
      if (fetched === 'lost') return true
      if (fetched === 'spoilt') return this.#end(update, { state: 'failed', reason: 'hash_mismatch' })
    }
    await this.#host.report(update.id, { state: 'downloaded', progressPercent: 100 })
    if (fate() < troubles.failRate)
      return this.#end(update, { state: 'failed', reason: pick(fate, FAILURES), vendorCode: 'E-17' })
    const lies = fate() < troubles.lieRate
    if (!lies) for (const { component, version } of update.files) persona.install(component, version)
    await kept()
    return this.#end(update, { state: 'installed' })
  }

  #progress(update: OfferedUpdate, file: RemoteFile) {
    const progressPercent = Math.floor((this.#downloads.bytesOf(file) / file.size) * 100)
    return this.#host.report(update.id, { state: 'downloading', progressPercent })
  }

  async #end(update: OfferedUpdate, result: Record<string, unknown>): Promise<true> {
    for (const file of update.files) this.#downloads.drop(file)
    await this.#host.report(update.id, result)
    return true
  }
}
