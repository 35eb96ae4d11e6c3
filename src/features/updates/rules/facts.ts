import type { PlatformId } from '../../../core/platforms'
import type { ActionState } from '../../actions'
import type { ReasonCode } from './lists'
import type { Conditions } from './schemas'

/** What is known of a terminal where updates are decided. */
export interface TerminalFacts {
  terminalId: string
  state: string
  platform: PlatformId
  /** As registered, and as it says itself; empty where unknown. */
  models: readonly string[]
  /** False before its first status: nothing is known of what it has. */
  hasStatus: boolean
  /** Versions as reported, by `componentName`. */
  components: ReadonlyMap<string, string>
  networkType: string | undefined
  batteryPercent: number | undefined
  isCharging: boolean
  freeBytes: number | undefined
  unsettled: number | undefined
  /** IANA name. */
  timeZone: string
  /** How much it has of updates that were taken back or broke off, by their subject: it goes on from there. */
  fetchedPercent: ReadonlyMap<string, number>
}

export interface PackageFacts {
  id: string
  component: string
  version: string
  models: readonly string[]
  fromVersion: string | null
  sizeBytes: number
}

export interface StepFacts {
  position: number
  package: PackageFacts
  fromMin: string | null
  fromMax: string | null
  waitsForEarlier: boolean
}

export interface RuleFacts {
  id: string
  name: string
  platform: PlatformId
  models: readonly string[]
  isEnabled: boolean
  priority: number
  conditions: Conditions
  startsAtMs: number | null
  endsAtMs: number | null
  steps: readonly StepFacts[]
}

/** An update that this terminal was offered, has installed and must prove, or failed at and was not retried. */
export interface StandingUpdate {
  actionId: string
  subjectId: string
  state: ActionState
  /** What it leads to: versions by `componentName`. */
  versions: ReadonlyMap<string, string>
  progressPercent: number | null
  reason: string | null
  offeredAtMs: number
  stateAtMs: number
  /** When the terminal last reported on it, be it more progress; before that, when it was offered. */
  heardAtMs: number
  confirmByMs: number | null
}

/** Where a rollout lets this terminal stand; undefined: the rule has none, all go at once. */
export interface Pace {
  name: string
  /** `outdated`: it has finished, and the rule was changed since. */
  state: 'running' | 'paused' | 'halted' | 'finished' | 'outdated' | 'stopped'
  /** Of this terminal, and of those that may go; from 0. */
  wave: number
  openWave: number
  /** Of the open wave: how much has succeeded, and how much must. */
  succeededPercent: number
  neededPercent: number
  retries: number
  maxRetries: number
  retryAtMs: number | null
  /** How many are at it now, and may be; null: no bound. */
  active: number
  maxActive: number | null
}

/** A reason with its values, such as `{code: 'battery_low', percent: 14, needs: 30}`. */
export interface Reason {
  code: ReasonCode
  values: Readonly<Record<string, string | number>>
}
