import type { Status } from '../../../features/monitoring/status/schemas'
import { between, type Chance, chanceOf, pick } from '../random'
import { type Android, GAMES, type InstalledApp, PAYMENT_PACKAGE, paymentApp } from './androids'

/** Why Android did not do it: the reason of the contract, and the name that the package manager has for it. */
export interface Refusal {
  reason: string
  vendorCode: string
}

export const NO_ROOM: Refusal = {
  reason: 'out_of_space',
  vendorCode: 'INSTALL_FAILED_INSUFFICIENT_STORAGE',
}
export const OTHER_SIGNER: Refusal = {
  reason: 'signature_refused',
  vendorCode: 'INSTALL_FAILED_UPDATE_INCOMPATIBLE',
}
const DOWNGRADE: Refusal = { reason: 'install_error', vendorCode: 'INSTALL_FAILED_VERSION_DOWNGRADE' }
const IS_SYSTEM: Refusal = { reason: 'not_supported', vendorCode: 'DELETE_FAILED_DEVICE_POLICY_MANAGER' }

/** The applications of a terminal, and what its package manager lets happen to them. */
export class InstalledApps {
  readonly android: Android
  readonly #apps = new Map<string, InstalledApp>()
  readonly #roomBytes: number
  readonly #cashier: Chance

  /**
   * @param known those it has by now; fresh from the box it has what came with the system, and its payment application
   * @param roomBytes what there is for applications, when fresh from the box; of each terminal's own without it
   */
  constructor(
    serial: string,
    android: Android,
    paymentVersion: string,
    { apps: known, roomBytes }: { apps?: InstalledApp[]; roomBytes?: number } = {},
  ) {
    this.android = android
    this.#roomBytes = roomBytes ?? between(chanceOf(`room ${serial}`), 200_000_000, 2_000_000_000)
    this.#cashier = chanceOf(`cashier ${serial}`)
    for (const app of known ?? [...android.system, paymentApp(paymentVersion)])
      this.#apps.set(app.package, app)
  }

  get memory(): { apps: InstalledApp[]; roomBytes: number } {
    return { apps: [...this.#apps.values()], roomBytes: this.#roomBytes }
  }

  get freeBytes(): number {
    return this.memory.apps.reduce((left, { sizeBytes }) => left - sizeBytes, this.#roomBytes)
  }

  /** As the status tells them. */
  reported(): NonNullable<Status['apps']> {
    return this.memory.apps
      .map(({ package: name, versionCode, versionName, signerSha256 }) => ({
        ...{ package: name, versionCode },
        ...(versionName === undefined ? {} : { versionName }),
        ...(signerSha256 === undefined ? {} : { signerSha256 }),
      }))
      .sort((a, b) => (a.package < b.package ? -1 : 1))
  }

  get paymentVersion(): string | undefined {
    return this.#apps.get(PAYMENT_PACKAGE)?.versionName
  }

  has(app: { package: string; versionCode: number }): boolean {
    return this.#apps.get(app.package)?.versionCode === app.versionCode
  }

  /** @param takenBytes of the room, by what has been fetched */
  install(app: InstalledApp, takenBytes: number): Refusal | undefined {
    const before = this.#apps.get(app.package)
    if (before !== undefined && before.versionCode > app.versionCode) return DOWNGRADE
    const isOthers =
      before?.signerSha256 !== undefined &&
      app.signerSha256 !== undefined &&
      before.signerSha256 !== app.signerSha256
    if (isOthers) return OTHER_SIGNER
    // The old one goes when the new one is there.
    if (this.freeBytes - takenBytes < app.sizeBytes) return NO_ROOM
    this.#apps.set(app.package, before?.isSystem ? { ...app, isSystem: true } : app)
    return undefined
  }

  /** What is not there counts as removed. */
  remove(name: string): Refusal | undefined {
    if (this.#apps.get(name)?.isSystem) return IS_SYSTEM
    this.#apps.delete(name)
    return undefined
  }

  /**
   * A cashier removes an application, or installs a game.
   * @returns the package; undefined where there is nothing to remove and no game that is not there
   */
  meddle(): string | undefined {
    const removable = this.memory.apps.filter(({ isSystem }) => !isSystem)
    const games = GAMES.filter((game) => !this.#apps.has(game.package) && game.sizeBytes <= this.freeBytes)
    const removes = this.#cashier() < 0.5
    const choice = removable.length > 0 && (removes || games.length === 0) ? removable : games
    if (choice.length === 0) return undefined
    const app = pick(this.#cashier, choice)
    if (choice === removable) this.#apps.delete(app.package)
    else this.#apps.set(app.package, app)
    return app.package
  }
}
