import { digestId } from '../../../core/ids'
import { PLATFORMS } from '../../../core/platforms'
import {
  chargeReasons,
  earliest,
  iso,
  type Outcome,
  type Pace,
  paceReasons,
  reason,
  recheckOf,
  timeReasons,
  VITALS_RECHECK_MS,
  whenOf,
  windowOf,
} from '../../updates/rules'
import { type Difference, differenceOf, fittingIn } from './difference'
import {
  type AppDecision,
  type AppReason,
  type AppStage,
  type AppTerminal,
  installKey,
  type Repairs,
  removeKey,
  type SetFacts,
  type StandingApps,
  type VersionFacts,
} from './facts'

/**
 * What one revision of a set comes to for one terminal, and why. The planner acts on it, the terminal's page says it, the
 * preview counts it and a rollout goes by it: all four are this function.
 */
export interface DecideAppsInput {
  set: SetFacts
  terminal: AppTerminal
  /** Patterns of what is never removed. */
  protectedPatterns: readonly string[]
  /** Undefined: this revision waits for no rollout. */
  pace: Pace | undefined
  /** What the terminal was told and is at, or failed at and nobody retried. */
  standing: readonly StandingApps[]
  repairs: Repairs
  nowMs: number
}

const ANDROID: ReadonlySet<string> = new Set(PLATFORMS.filter(({ apps }) => apps).map(({ id }) => id))
const BEGUN: ReadonlySet<StandingApps['state']> = new Set(['downloading', 'downloaded', 'installed'])

export function decideApps(input: DecideAppsInput): AppDecision {
  const { set, terminal } = input
  const excluded: AppReason[] = []
  if (!ANDROID.has(terminal.platform))
    excluded.push({ code: 'no_android', values: { platform: terminal.platform } })
  if (terminal.state !== 'active') excluded.push(reason('terminal_not_active', { state: terminal.state }))
  if (excluded.length > 0) return decision(set, { outcome: 'excluded', reasons: excluded })
  if (!terminal.hasStatus) return decision(set, { outcome: 'blocked', reasons: [reason('no_status')] })
  return decideDifference(input)
}

function decideDifference(input: DecideAppsInput): AppDecision {
  const { set, terminal, nowMs } = input
  const { remove, install, obstacles } = differenceOf(input)
  const known = { remove, install, obstacles }
  if (remove.length + install.length === 0) return decideStill(set, known)
  const fitting = fittingIn(terminal, set, install)
  const own = ownOf(input, { remove, install }, fitting.install)
  const timing = { conditions: set.conditions, startsAtMs: null, endsAtMs: null }
  const window = windowOf(timing, terminal, nowMs)
  const stage: AppStage = {
    subjectId: own?.subjectId ?? stageId(remove, fitting.install),
    remove,
    install: own === undefined ? fitting.install : install,
    when: whenOf(timing, window),
  }
  // What there is no room for is looked at again when the terminal has done with what it is at.
  const more =
    own === undefined
      ? { remove, install: fitting.install, obstacles: [...obstacles, ...fitting.obstacles] }
      : { remove, install, obstacles }
  if (own?.state === 'installed') return waitForProof(set, more, stage, own, nowMs)
  if (input.pace?.state === 'stopped') {
    const reasons = [reason('rollout_stopped', { rollout: input.pace.name })]
    return decision(set, { ...more, outcome: 'blocked', reasons })
  }
  // Of what it is at, what is fetched or installed already has taken its room.
  if (own === undefined && stage.remove.length + stage.install.length === 0)
    return { ...decideStill(set, more), recheckAtMs: nowMs + VITALS_RECHECK_MS }
  const waits = [
    ...paceReasons(input.pace, own?.state, nowMs),
    ...timeReasons(timing, terminal, window, nowMs),
  ]
  if (own?.state === 'downloading' || own?.state === 'downloaded') {
    const isHeld = waits.some(({ code }) => code === 'outside_window' || code === 'wave_not_open')
    const percent = own.state === 'downloaded' ? 100 : (own.progressPercent ?? 0)
    const reasons = [reason('downloading', { percent })]
    const recheckAtMs = window?.closesAtMs ?? null
    if (!isHeld) return decision(set, { ...more, outcome: 'underway', reasons, stage, recheckAtMs })
  }
  if (own === undefined) waits.push(...chargeReasons(timing, terminal))
  if (waits.length > 0) {
    const recheckAtMs = recheckOf(waits, input, window)
    return decision(set, { ...more, outcome: 'waits', reasons: waits, recheckAtMs })
  }
  const told =
    own === undefined
      ? reason('will_be_offered')
      : reason('waits_for_terminal', { offeredAt: iso(own.offeredAtMs) })
  const recheckAtMs = earliest([
    window?.closesAtMs ?? null,
    fitting.obstacles.length > 0 ? nowMs + VITALS_RECHECK_MS : null,
  ])
  return decision(set, { ...more, outcome: 'offered', reasons: [told], stage, recheckAtMs })
}

type Known = Pick<AppDecision, 'remove' | 'install' | 'obstacles'>

/** Nothing can be done now: all is as the set wants it, or what is not cannot be. */
function decideStill(set: SetFacts, known: Known): AppDecision {
  const [first] = known.obstacles
  if (first === undefined)
    return decision(set, { ...known, outcome: 'done', reasons: [reason('up_to_date')] })
  const failed = known.obstacles.find(({ code }) => code === 'app_failed' || code === 'app_rejected')
  // A rollout goes by the failure that stands, and knows it by its moment.
  if (failed !== undefined) {
    const code = failed.code === 'app_failed' ? 'failed_before' : 'rejected_before'
    return decision(set, { ...known, outcome: 'blocked', reasons: [reason(code, failed.values)] })
  }
  const reasons = [{ code: first.code, values: { package: first.package, ...first.values } }]
  return decision(set, { ...known, outcome: 'blocked', reasons })
}

function waitForProof(
  set: SetFacts,
  known: Known,
  stage: AppStage,
  own: StandingApps,
  nowMs: number,
): AppDecision {
  const until = own.confirmByMs ?? nowMs
  const reasons = [reason('waits_for_proof', { until: iso(until) })]
  return decision(set, {
    ...known,
    outcome: 'underway',
    reasons,
    stage,
    recheckAtMs: until > nowMs ? until : null,
  })
}

/**
 * What the terminal was told already, where all that it has still to do of it is wanted: one that reports the first of two
 * applications has not given up the second. What is wanted besides comes when it has done with this; where it has not
 * begun, it is told all of it at once.
 * @param fitting what there is room for
 */
function ownOf(
  { standing, terminal }: DecideAppsInput,
  { remove, install }: Pick<Difference, 'remove' | 'install'>,
  fitting: readonly VersionFacts[],
): StandingApps | undefined {
  const wanted = new Set([...install.map(installKey), ...remove.map(removeKey)])
  return standing.find((one) => {
    const isBegun = BEGUN.has(one.state)
    if (!isBegun && one.state !== 'offered') return false
    const left = [
      ...one.install
        .filter((app) => terminal.apps.get(app.package)?.versionCode !== app.versionCode)
        .map(installKey),
      ...one.remove.filter((name) => terminal.apps.has(name)).map(removeKey),
    ]
    if (left.length === 0 || !left.every((key) => wanted.has(key))) return false
    const told = new Set(left)
    return isBegun || [...fitting.map(installKey), ...remove.map(removeKey)].every((key) => told.has(key))
  })
}

/** One name for one difference: what failed is not pressed on a terminal again, and another difference is another one. */
function stageId(remove: readonly string[], install: readonly VersionFacts[]): string {
  return digestId(['apps', ...[...remove].sort(), '+', ...install.map(({ id }) => id).sort()].join(' '))
}

function decision(
  { id, revision }: SetFacts,
  decided: { outcome: Outcome; reasons: readonly AppReason[] } & Partial<AppDecision>,
): AppDecision {
  const nothing = { obstacles: [], remove: [], install: [], stage: null, recheckAtMs: null }
  return { setId: id, revision, ...nothing, ...decided }
}
