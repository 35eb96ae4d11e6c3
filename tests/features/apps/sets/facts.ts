import type { DecideAppsInput } from '../../../../src/features/apps/sets/decide'
import type {
  AppDecision,
  AppTerminal,
  InstalledApp,
  LineFacts,
  SetFacts,
  StandingApps,
  VersionFacts,
} from '../../../../src/features/apps/sets/facts'

export const NOW_MS = Date.UTC(2026, 10, 23, 9)
export const SIGNER = 'a'.repeat(64)
export const OTHER_SIGNER = 'b'.repeat(64)

export function version(name: string, versionCode: number, more: Partial<VersionFacts> = {}): VersionFacts {
  return {
    id: `${name}-${versionCode}`,
    package: name,
    versionCode,
    versionName: `${versionCode}.0`,
    minSdk: 21,
    abis: [],
    signers: [SIGNER],
    earlierSigners: [],
    sha256: 'c'.repeat(64),
    sizeBytes: 1_000,
    ...more,
  }
}

export const wants = (one: VersionFacts): LineFacts => ({ package: one.package, version: one })
export const absent = (name: string): LineFacts => ({ package: name, version: null })

export function setOf(lines: readonly LineFacts[], more: Partial<SetFacts> = {}): SetFacts {
  return { id: 'set', name: 'Shops', revision: 1, removesOthers: false, conditions: {}, lines, ...more }
}

/** What a terminal reports, as `package: versionCode`. */
export function reporting(
  apps: Record<string, number | Partial<InstalledApp>>,
): ReadonlyMap<string, InstalledApp> {
  return new Map(
    Object.entries(apps).map(([name, app]) => {
      const given = typeof app === 'number' ? { versionCode: app } : app
      return [name, { versionCode: 1, versionName: undefined, signer: SIGNER, ...given }]
    }),
  )
}

export function terminal(more: Partial<AppTerminal> = {}): AppTerminal {
  return {
    terminalId: 'terminal',
    state: 'active',
    platform: 'feitian-f20',
    hasStatus: true,
    hasReport: true,
    apps: new Map(),
    sdk: 34,
    abis: undefined,
    application: 'ru.bank.pos',
    managed: new Set(),
    networkType: 'lte',
    batteryPercent: 80,
    isCharging: false,
    freeBytes: 1_000_000_000,
    unsettled: 0,
    timeZone: 'Europe/Moscow',
    ...more,
  }
}

export function told(decision: AppDecision, more: Partial<StandingApps> = {}): StandingApps {
  return {
    actionId: 'action',
    subjectId: decision.stage?.subjectId ?? '',
    state: 'offered',
    install: decision.stage?.install ?? [],
    remove: decision.stage?.remove ?? [],
    items: [],
    progressPercent: null,
    reason: null,
    offeredAtMs: NOW_MS,
    stateAtMs: NOW_MS,
    heardAtMs: NOW_MS,
    confirmByMs: null,
    ...more,
  }
}

export const asked = (set: SetFacts, more: Partial<DecideAppsInput> = {}): DecideAppsInput => ({
  set,
  terminal: terminal(),
  protectedPatterns: ['com.android.*', 'android'],
  pace: undefined,
  standing: [],
  repairs: new Map(),
  nowMs: NOW_MS,
  ...more,
})
