import type { PlatformId } from '../../core/platforms'
import type { Status, Vitals } from '../../features/monitoring/status/schemas'
import { androidOf, type InstalledApp, paymentApp } from './apps/androids'
import { InstalledApps } from './apps/installed'
import { ECR_PROTOCOLS, type EcrProtocol } from './ecr/log'
import { transportKeyOf } from './keys/bundle'
import type { KeyMemory } from './keys/loader'
import { between, type Chance, chanceOf, pick } from './random'

const BUILDS: Record<PlatformId, { model: string; os: string[]; component: string }> = {
  'wiseasy-wpos3': { model: 'WPOS-3', os: ['Android 7.1.2'], component: 'system' },
  'ingenico-t3': { model: 'Desk/3500', os: ['Telium 3.21', 'Telium 3.30'], component: 'telium' },
  'feitian-f20': { model: 'F20', os: ['Android 14'], component: 'system' },
  other: { model: 'D200', os: ['Linux 4.9'], component: 'firmware' },
}
const VERSIONS = ['3.12.0', '3.13.4', '3.14.1', '3.14.2']
const NETWORKS = [
  { type: 'lte', operator: '25001' },
  { type: 'lte', operator: '25002' },
  { type: '3g', operator: '25099' },
  { type: 'wifi' },
  { type: 'ethernet' },
]
const HOUR_MS = 3_600_000

/** What of a terminal outlives its power. */
export interface Installed {
  components?: Record<string, string>
  apps?: InstalledApp[]
  /** What there is for applications, when fresh from the box; every terminal has its own without it. */
  roomBytes?: number
  keys?: KeyMemory
}

/** One terminal's character: what it is, how its day goes, how wrong its clock is. */
export class Persona {
  readonly #chance: Chance
  readonly serial: string
  readonly platform: PlatformId
  readonly tid: string
  readonly clockSkewMs: number
  /** False for terminals that can make no `slipUid`. */
  readonly namesSlips: boolean
  readonly licenses: { licId: string; sha256: string }[] = []
  readonly keys: KeyMemory
  /** On Android alone. */
  readonly apps: InstalledApps | undefined
  readonly #components = new Map<string, string>()
  #network: (typeof NETWORKS)[number]
  #version: string
  readonly #os: string
  #printer = 'ok'
  #battery: number
  #transactions = 0
  #declined = 0
  #unsettled = 0
  readonly #bootedAtMs: number
  /** Between it and its cash register; undefined where it stands alone. */
  readonly ecrProtocol: EcrProtocol | undefined

  /** @param installed what it has by now; fresh from the box it has the first versions */
  constructor(serial: string, platform: PlatformId, nowMs: number, installed: Readonly<Installed> = {}) {
    const { components = { [BUILDS[platform].component]: '2.7.0' } } = installed
    for (const [component, version] of Object.entries(components)) this.#components.set(component, version)
    this.keys = installed.keys ?? { installed: [], attempts: 0 }
    this.#chance = chanceOf(serial)
    this.serial = serial
    this.platform = platform
    this.tid = String(between(this.#chance, 10_000_000, 99_999_999))
    this.#network = pick(this.#chance, NETWORKS)
    this.#version = pick(this.#chance, VERSIONS)
    this.#os = pick(this.#chance, BUILDS[platform].os)
    this.#battery = between(this.#chance, 30, 100)
    this.ecrProtocol = this.#chance() < 0.6 ? pick(chanceOf(`ecr ${serial}`), ECR_PROTOCOLS) : undefined
    this.#bootedAtMs = nowMs - between(this.#chance, 0, 40 * 24) * HOUR_MS
    this.clockSkewMs = skewOf(this.#chance)
    this.namesSlips = chanceOf(`slip names ${serial}`)() < 0.85
    const android = androidOf(platform)
    if (android !== undefined) this.apps = new InstalledApps(serial, android, this.#version, installed)
  }

  get chance(): Chance {
    return this.#chance
  }

  get model(): string {
    return BUILDS[this.platform].model
  }

  get installed(): Installed {
    return { components: Object.fromEntries(this.#components), ...this.apps?.memory, keys: this.keys }
  }

  install(component: string, version: string): void {
    this.#components.set(component, version)
  }

  /** A little of life between two check-ins. */
  live(): void {
    const sales = between(this.#chance, 0, 4)
    this.#transactions += sales
    this.#unsettled += sales
    if (this.#chance() < 0.1) this.#declined++
    if (this.#chance() < 0.05) this.#unsettled = 0
    this.#battery = Math.max(5, Math.min(100, this.#battery + between(this.#chance, -4, 4)))
    if (this.#chance() < 0.02) this.#printer = this.#printer === 'ok' ? 'out_of_paper' : 'ok'
    if (this.#chance() < 0.02) this.#network = pick(this.#chance, NETWORKS)
    if (this.#chance() < 0.003) {
      this.#version = VERSIONS.at(-1) as string
      this.apps?.install(paymentApp(this.#version), 0)
    }
  }

  status(): Status {
    const build = BUILDS[this.platform]
    return {
      serial: this.serial,
      tids: [{ tid: this.tid }],
      model: build.model,
      os: this.#os,
      ...(this.apps && { abis: this.apps.android.abis, apps: this.apps.reported() }),
      application: { name: 'psPos', version: this.apps?.paymentVersion ?? this.#version },
      components: [...this.#components].map(([name, version]) => ({ name, version })),
      licenses: this.licenses,
      keys: this.keys.installed,
      transportKeyKcv: transportKeyOf(this).kcv,
      ecr: this.ecrProtocol ? { connected: true, protocol: this.ecrProtocol } : { connected: false },
      network: this.#network,
      printer: this.#printer,
    }
  }

  vitals(nowMs: number): Vitals {
    return {
      signalDbm: between(this.#chance, -110, -60),
      battery: { percent: this.#battery, charging: this.#chance() < 0.5 },
      freeBytes: this.apps?.freeBytes ?? between(this.#chance, 200_000_000, 2_000_000_000),
      uptimeSeconds: Math.max(0, Math.floor((nowMs - this.#bootedAtMs) / 1000)),
      localTime: new Date(nowMs + this.clockSkewMs).toISOString(),
      counters: { transactions: this.#transactions, declined: this.#declined, unsettled: this.#unsettled },
    }
  }
}

/** Most clocks are a little off, some by hours, a few have lost their battery and believe in 1970 or 2015. */
function skewOf(chance: Chance): number {
  const luck = chance()
  if (luck < 0.9) return between(chance, -4_000, 4_000)
  if (luck < 0.97) return between(chance, -12, 12) * HOUR_MS
  return -between(chance, 10, 56) * 365 * 24 * HOUR_MS
}
