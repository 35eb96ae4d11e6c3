import type { PlatformId } from '../../../core/platforms'
import type { ActionState, ResultItem } from '../../actions'
import type { Outcome, Reason, Timing, Vitals, When } from '../../updates/rules'
import type { ObstacleCode, SetReasonCode } from './lists'

/** One application that a terminal reports. */
export interface InstalledApp {
  versionCode: number
  versionName: string | undefined
  /** Lower-case hexadecimal; undefined where it does not say. */
  signer: string | undefined
}

/** What is known of a terminal where its applications are decided. */
export interface AppTerminal extends Vitals {
  terminalId: string
  state: string
  platform: PlatformId
  /** False before its first status: nothing is known of what it has. */
  hasStatus: boolean
  /** Whether it says what it has; where it does not it is told what to install, and nothing of it is proved. */
  hasReport: boolean
  /** By package. A terminal that reports none has none. */
  apps: ReadonlyMap<string, InstalledApp>
  /** API level of its Android; undefined where it does not say, or says what nobody knows. */
  sdk: number | undefined
  abis: readonly string[] | undefined
  /** As it names its payment application. */
  application: string | undefined
  /** Packages that sets have installed on it: they go when no line names them any more. */
  managed: ReadonlySet<string>
}

export interface VersionFacts {
  id: string
  package: string
  versionCode: number
  versionName: string
  minSdk: number
  abis: readonly string[]
  signers: readonly string[]
  earlierSigners: readonly string[]
  sha256: string
  sizeBytes: number
}

/** What a set wants of one package; null: that it is not there. */
export interface LineFacts {
  package: string
  version: VersionFacts | null
}

/** A set as one of its revisions has it. */
export interface SetFacts {
  id: string
  name: string
  revision: number
  removesOthers: boolean
  conditions: Timing['conditions']
  lines: readonly LineFacts[]
}

/** What a terminal was told of its applications, and how far it is. */
export interface StandingApps {
  actionId: string
  subjectId: string
  state: ActionState
  install: readonly { package: string; versionCode: number }[]
  remove: readonly string[]
  /** What it reported of each. */
  items: readonly ResultItem[]
  progressPercent: number | null
  reason: string | null
  offeredAtMs: number
  stateAtMs: number
  heardAtMs: number
  confirmByMs: number | null
}

/** How often an application came to be as a set wanted it within `REPAIR_DAYS`: by `installKey` or `removeKey`. */
export type Repairs = ReadonlyMap<string, number>

export const installKey = ({
  package: name,
  versionCode,
}: {
  package: string
  versionCode: number
}): string => `+${name} ${versionCode}`
export const removeKey = (name: string): string => `-${name}`

export interface Obstacle {
  package: string
  code: ObstacleCode
  values: Readonly<Record<string, string | number>>
}

export interface AppReason {
  code: Reason['code'] | ObstacleCode | SetReasonCode
  values: Reason['values']
}

/** What a set comes to for one terminal, and why. */
export interface AppDecision {
  setId: string
  revision: number
  outcome: Outcome
  /** The one that weighs most first. */
  reasons: readonly AppReason[]
  obstacles: readonly Obstacle[]
  /** What is left to do, also where it waits. In the order in which it is done: what goes, then what comes. */
  remove: readonly string[]
  install: readonly VersionFacts[]
  /** What is on offer, or is to be. */
  stage: AppStage | null
  /** When time alone may change it; null: only something else can. */
  recheckAtMs: number | null
}

export interface AppStage {
  subjectId: string
  remove: readonly string[]
  install: readonly VersionFacts[]
  when: When
}
