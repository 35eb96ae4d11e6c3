import type { DecideAppsInput } from './decide'
import {
  type AppTerminal,
  type InstalledApp,
  installKey,
  type Obstacle,
  removeKey,
  type SetFacts,
  type StandingApps,
  type VersionFacts,
} from './facts'
import { MOST_REPAIRS, REPAIR_DAYS } from './lists'
import { isPaymentKnown, paymentPackages, protectingPattern } from './protected'

type Asked = Pick<DecideAppsInput, 'set' | 'terminal' | 'protectedPatterns' | 'standing' | 'repairs'>

export interface Difference {
  remove: string[]
  install: VersionFacts[]
  obstacles: Obstacle[]
}

/** What separates a terminal from its set: what can be done about it, and what cannot, each with its reason. */
export function differenceOf(asked: Asked): Difference {
  const { set, terminal } = asked
  const difference: Difference = { remove: [], install: [], obstacles: [] }
  for (const { package: name, version } of set.lines) {
    const installed = terminal.apps.get(name)
    if (version === null) {
      if (installed !== undefined) toRemove(asked, difference, name)
    } else if (installed?.versionCode !== version.versionCode || isForeign(installed, version))
      toInstall(asked, difference, version, installed)
  }
  removeOthers(asked, difference)
  return difference
}

/** What no line names goes where a set has brought it; or all of it, where the set says so, but for what is protected. */
function removeOthers(asked: Asked, difference: Difference): void {
  const { set, terminal, protectedPatterns } = asked
  const named = new Set(set.lines.map((line) => line.package))
  const payment = paymentPackages(terminal)
  const isKnown = isPaymentKnown(terminal, protectedPatterns)
  let isUnknown = false
  for (const name of [...terminal.apps.keys()].sort()) {
    if (named.has(name)) continue
    if (terminal.managed.has(name)) {
      toRemove(asked, difference, name)
      continue
    }
    if (payment.has(name) || protectingPattern(protectedPatterns, name) !== undefined) continue
    if (set.removesOthers && isKnown) toRemove(asked, difference, name)
    else if (set.removesOthers && !isUnknown) {
      difference.obstacles.push({ package: name, code: 'payment_unknown', values: {} })
      isUnknown = true
    }
  }
}

function toInstall(
  { terminal, standing, repairs }: Asked,
  { install, obstacles }: Difference,
  version: VersionFacts,
  installed: InstalledApp | undefined,
): void {
  const obstacle =
    misfitOf(version, terminal, installed) ??
    failureOf(standing, installKey(version)) ??
    repairOf(repairs.get(installKey(version)))
  if (obstacle === undefined) install.push(version)
  else obstacles.push({ package: version.package, ...obstacle })
}

function toRemove(
  { terminal, protectedPatterns, standing, repairs }: Asked,
  { remove, obstacles }: Difference,
  name: string,
): void {
  const pattern = paymentPackages(terminal).has(name) ? name : protectingPattern(protectedPatterns, name)
  const obstacle: Found | undefined =
    pattern === undefined
      ? (failureOf(standing, removeKey(name)) ?? repairOf(repairs.get(removeKey(name))))
      : { code: 'protected', values: { pattern } }
  if (obstacle === undefined) remove.push(name)
  else obstacles.push({ package: name, ...obstacle })
}

type Found = Pick<Obstacle, 'code' | 'values'>

function misfitOf(
  version: VersionFacts,
  { sdk, abis }: AppTerminal,
  installed: InstalledApp | undefined,
): Found | undefined {
  if (installed !== undefined && installed.versionCode > version.versionCode)
    return { code: 'downgrade', values: { installed: installed.versionCode, wanted: version.versionCode } }
  if (installed !== undefined && isForeign(installed, version))
    return { code: 'signer_differs', values: { signer: installed.signer ?? '' } }
  if (sdk !== undefined && version.minSdk > sdk)
    return { code: 'min_sdk', values: { sdk, needs: version.minSdk } }
  if (abis !== undefined && version.abis.length > 0 && !version.abis.some((one) => abis.includes(one)))
    return { code: 'wrong_abi', values: { abis: abis.join(', '), needs: version.abis.join(', ') } }
  return undefined
}

/** A proven rotation makes an earlier signer equal. */
function isForeign({ signer }: InstalledApp, { signers, earlierSigners }: VersionFacts): boolean {
  return signer !== undefined && !signers.includes(signer) && !earlierSigners.includes(signer)
}

/** The newest failure at this that nobody has had tried again. */
function failureOf(standing: readonly StandingApps[], key: string): Found | undefined {
  let found: { atMs: number; obstacle: Found } | undefined
  for (const one of standing) {
    if (one.state !== 'failed' && one.state !== 'rejected') continue
    const own = partOf(one, key)
    if (own === undefined || (found !== undefined && found.atMs >= one.stateAtMs)) continue
    const values = { reason: own.reason, at: new Date(one.stateAtMs).toISOString() }
    const code = one.state === 'failed' ? 'app_failed' : 'app_rejected'
    found = { atMs: one.stateAtMs, obstacle: { code, values } }
  }
  return found?.obstacle
}

/** Where a terminal says of each application how it went, that counts; else all of them share what is said of the whole. */
function partOf(
  { install, remove, items, reason, confirmByMs }: StandingApps,
  key: string,
): { reason: string } | undefined {
  const name =
    install.find((one) => installKey(one) === key)?.package ?? remove.find((one) => removeKey(one) === key)
  if (name === undefined) return undefined
  // It said that all was installed, and never reported it: its word on single ones is worth no more.
  if (confirmByMs !== null) return { reason: reason ?? 'other' }
  const own = new Set([...install.map((one) => one.package), ...remove])
  const failed = items.filter(({ state }) => state === 'failed' || state === 'rejected')
  // It failed, and says of none of its parts that that did: all of them share it.
  if (!failed.some((one) => one.package !== undefined && own.has(one.package)))
    return { reason: reason ?? 'other' }
  // Of others nothing bad is said: they were done, or not come to, and have their turn.
  const item = failed.find((one) => one.package === name)
  return item === undefined ? undefined : { reason: item.reason ?? reason ?? 'other' }
}

function repairOf(times = 0): Found | undefined {
  return times < MOST_REPAIRS ? undefined : { code: 'keeps_changing', values: { times, days: REPAIR_DAYS } }
}

/**
 * Of what is to be installed, in the order of the set, what there is room for: the file while it is installed, and what
 * it is afterwards. What is removed first may make more room, which a later look finds.
 */
export function fittingIn(
  { freeBytes }: AppTerminal,
  { conditions }: SetFacts,
  install: readonly VersionFacts[],
): Pick<Difference, 'install' | 'obstacles'> {
  const fitting: Pick<Difference, 'install' | 'obstacles'> = { install: [], obstacles: [] }
  let left = freeBytes === undefined ? Number.POSITIVE_INFINITY : freeBytes - (conditions.minFreeBytes ?? 0)
  for (const version of install) {
    const needsBytes = ROOM * version.sizeBytes
    if (needsBytes <= left) {
      fitting.install.push(version)
      left -= version.sizeBytes
    } else {
      const values = { freeBytes: Math.max(0, Math.floor(left)), needsBytes }
      fitting.obstacles.push({ package: version.package, code: 'app_no_space', values })
    }
  }
  return fitting
}

const ROOM = 2
