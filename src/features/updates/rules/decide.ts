import { digestId } from '../../../core/ids'
import { componentName } from './component'
import {
  chargeReasons,
  earliest,
  iso,
  paceReasons,
  reason,
  recheckOf,
  timeReasons,
  VITALS_RECHECK_MS,
  type When,
  whenOf,
  windowOf,
} from './conditions'
import type { Pace, PackageFacts, Reason, RuleFacts, StandingUpdate, TerminalFacts } from './facts'
import type { Outcome } from './lists'
import { modelMisfit, type Way, wayOf } from './steps'
import { isSame } from './versions'
import type { WindowState } from './window'

/**
 * What one rule comes to for one terminal, and why. The planner acts on it, *explain* says it, the dry-run counts it and
 * a rollout goes by it: all four are this function.
 */
export interface Decision {
  ruleId: string
  outcome: Outcome
  /** All that stands in the way, or says how far it is; the first one weighs most. */
  reasons: readonly Reason[]
  /** What is on offer, or is to be: packages in their order, under a name of its own. */
  stage: Stage | null
  /** What the terminal would get next by this rule, also where it waits for it or something is in the way. */
  leadsTo: readonly PackageFacts[]
  /** When time alone may change it; null: only something else can. */
  recheckAtMs: number | null
}

export interface Stage {
  subjectId: string
  packages: readonly PackageFacts[]
  when: When
}

export interface DecideInput {
  rule: RuleFacts
  terminal: TerminalFacts
  isAssigned: boolean
  pace: Pace | undefined
  /** All updates of this terminal that stand, of whatever rule. */
  standing: readonly StandingUpdate[]
  nowMs: number
}

/** What was fetched within the window may be under installation when it ends: so long it is left alone. */
const INSTALLATION_MS = 3_600_000

export function decideUpdate(input: DecideInput): Decision {
  const excluded = exclusionsOf(input)
  if (excluded.length > 0) return decision(input.rule, 'excluded', excluded)
  const decided = decideWay(input)
  if (decided.outcome === 'excluded') return decided
  const { startsAtMs, endsAtMs } = input.rule
  // Whatever it comes to, others have the way when it ends, and lose it when it begins.
  const beginsAtMs = startsAtMs !== null && startsAtMs > input.nowMs ? startsAtMs : null
  return { ...decided, recheckAtMs: earliest([decided.recheckAtMs, beginsAtMs, endsAtMs]) }
}

function decideWay(input: DecideInput): Decision {
  const { rule, terminal, nowMs } = input
  if (!terminal.hasStatus) return decision(rule, 'blocked', [reason('no_status')])
  const way = wayOf(rule, terminal)
  if (way.is === 'arrived') return decision(rule, 'done', [reason('up_to_date')])
  if (way.is === 'beyond') return decision(rule, 'excluded', [way.reason])
  if (way.is === 'closed') return decideClosed(input, way)
  const window = windowOf(rule, terminal, nowMs)
  const own = ownOf(input, way.packages)
  const stage: Stage = {
    subjectId: own?.subjectId ?? stageId(rule.id, way.packages),
    packages: way.packages,
    when: whenOf(rule, window),
  }
  return { ...decideStage(input, stage, window, own), leadsTo: way.packages }
}

/** What it installed last may be the base that is missing: its proof is still to come. */
function decideClosed({ rule, standing, nowMs }: DecideInput, way: Way & { is: 'closed' }): Decision {
  const { component } = way.reason.values
  const base = standing.find(
    ({ state, versions }) => state === 'installed' && versions.has(componentName(String(component))),
  )
  const until = base?.confirmByMs ?? null
  return until === null || until <= nowMs
    ? decision(rule, 'blocked', [way.reason])
    : decision(rule, 'waits', [reason('waits_for_proof', { until: iso(until) })], null, until)
}

const UNFINISHED: ReadonlySet<StandingUpdate['state']> = new Set([
  'offered',
  'downloading',
  'downloaded',
  'installed',
])

/**
 * The update by which the terminal is at these packages already, or failed at them. One that leads to more counts too:
 * a terminal that reports the first of two components as new has not given up the second.
 */
function ownOf(
  { rule, standing }: DecideInput,
  packages: readonly PackageFacts[],
): StandingUpdate | undefined {
  const subjectId = stageId(rule.id, packages)
  const unfinished = standing.filter(({ state }) => UNFINISHED.has(state))
  const leadsThere = ({ versions }: StandingUpdate) =>
    packages.every(({ component, version }) => {
      const other = versions.get(componentName(component))
      return other !== undefined && isSame(other, version)
    })
  return (
    unfinished.find((one) => one.subjectId === subjectId) ??
    unfinished.find(leadsThere) ??
    standing.find((one) => one.subjectId === subjectId)
  )
}

function exclusionsOf({ rule, terminal, isAssigned, nowMs }: DecideInput): Reason[] {
  const reasons: Reason[] = []
  if (terminal.platform !== rule.platform)
    reasons.push(reason('wrong_platform', { platform: terminal.platform, needs: rule.platform }))
  const misfit = modelMisfit(rule.models, terminal)
  if (misfit !== undefined) reasons.push(reason('wrong_model', misfit))
  if (!isAssigned) reasons.push(reason('not_assigned'))
  if (!rule.isEnabled) reasons.push(reason('rule_disabled'))
  if (rule.endsAtMs !== null && rule.endsAtMs <= nowMs)
    reasons.push(reason('rule_over', { endsAt: iso(rule.endsAtMs) }))
  if (terminal.state !== 'active') reasons.push(reason('terminal_not_active', { state: terminal.state }))
  return reasons
}

function decideStage(
  input: DecideInput,
  stage: Stage,
  window: WindowState | undefined,
  own: StandingUpdate | undefined,
): Decision {
  const { rule, pace, nowMs } = input
  if (own?.state === 'installed') {
    const until = own.confirmByMs ?? nowMs
    const isAhead = until > nowMs
    const reasons = [reason('waits_for_proof', { until: iso(until) })]
    return decision(rule, 'underway', reasons, stage, isAhead ? until : null)
  }
  if (pace?.state === 'stopped')
    return decision(rule, 'blocked', [reason('rollout_stopped', { rollout: pace.name })])
  if (own?.state === 'failed' || own?.state === 'rejected') return failed(input, own)
  if (own?.state === 'downloading' || own?.state === 'downloaded') {
    const leftUntil = leftAloneUntil(own, window, nowMs)
    if (leftUntil === null || leftUntil > nowMs) {
      const percent = own.state === 'downloaded' ? 100 : (own.progressPercent ?? 0)
      const reasons = [reason('downloading', { percent })]
      return decision(rule, 'underway', reasons, stage, leftUntil)
    }
  }
  const waits = waitsOf(input, stage, window, own?.state)
  if (waits.some(({ code }) => code === 'no_space')) {
    const first = waits.filter(({ code }) => code === 'no_space')
    const reasons = [...first, ...waits.filter(({ code }) => code !== 'no_space')]
    return decision(rule, 'blocked', reasons, null, nowMs + VITALS_RECHECK_MS)
  }
  if (waits.length > 0) return decision(rule, 'waits', waits, null, recheckOf(waits, input, window))
  const ends = window?.closesAtMs ?? null
  return own === undefined
    ? decision(rule, 'offered', [reason('will_be_offered')], stage, ends)
    : decision(
        rule,
        'offered',
        [reason('waits_for_terminal', { offeredAt: iso(own.offeredAtMs) })],
        stage,
        ends,
      )
}

/**
 * Until when the terminal goes on with what it is at: to the end of the window, after which it would not install, and is
 * offered it anew when the next one opens; it goes on from the byte where it stopped. Null: as long as it takes.
 */
function leftAloneUntil(own: StandingUpdate, window: WindowState | undefined, nowMs: number): number | null {
  if (window === undefined) return null
  if (window.isOpen) return window.closesAtMs
  return own.state === 'downloaded' ? own.stateAtMs + INSTALLATION_MS : nowMs
}

function failed({ rule, pace, nowMs }: DecideInput, own: StandingUpdate): Decision {
  const retryAtMs = pace?.retryAtMs ?? null
  if (pace !== undefined && retryAtMs !== null && retryAtMs > nowMs) {
    const values = { at: iso(retryAtMs), retry: pace.retries, most: pace.maxRetries }
    return decision(rule, 'waits', [reason('retry_later', values)], null, retryAtMs)
  }
  const code = own.state === 'failed' ? 'failed_before' : 'rejected_before'
  return decision(rule, 'blocked', [reason(code, { reason: own.reason ?? 'other', at: iso(own.stateAtMs) })])
}

/** @param own how far the terminal is: what it judges by itself, once it knows of it, is left to it */
function waitsOf(
  input: DecideInput,
  stage: Stage,
  window: WindowState | undefined,
  own: StandingUpdate['state'] | undefined,
): Reason[] {
  const { rule, terminal, pace, nowMs } = input
  const reasons = [...paceReasons(pace, own, nowMs), ...timeReasons(rule, terminal, window, nowMs)]
  return own !== undefined ? reasons : [...reasons, ...conditionReasons(input, stage)]
}

function conditionReasons({ rule, terminal, standing }: DecideInput, stage: Stage): Reason[] {
  const { minFreeBytes = 0 } = rule.conditions
  const { freeBytes } = terminal
  const reasons = chargeReasons(rule, terminal)
  const packagesBytes = stage.packages.reduce((sum, one) => sum + one.sizeBytes, 0)
  // What it has fetched of it already takes no more room.
  const missingPercent = 100 - (terminal.fetchedPercent.get(stage.subjectId) ?? 0)
  const needsBytes = minFreeBytes + Math.ceil((packagesBytes * missingPercent) / 100)
  if (freeBytes !== undefined && freeBytes < needsBytes)
    reasons.push(reason('no_space', { freeBytes, needsBytes }))
  const components = new Map(stage.packages.map((one) => [componentName(one.component), one.component]))
  for (const other of standing) {
    const shared =
      other.state === 'installed' ? [...other.versions.keys()].find((one) => components.has(one)) : undefined
    if (shared !== undefined)
      reasons.push(reason('other_update', { component: components.get(shared) ?? shared }))
  }
  return reasons
}

/** One name for one stage of a rule: what failed at it is not pressed on a terminal again, and another package is another stage. */
export function stageId(ruleId: string, packages: readonly { id: string }[]): string {
  return digestId([ruleId, ...packages.map(({ id }) => id)].join(' '))
}

function decision(
  rule: RuleFacts,
  outcome: Outcome,
  reasons: readonly Reason[],
  stage: Stage | null = null,
  recheckAtMs: number | null = null,
): Decision {
  return { ruleId: rule.id, outcome, reasons, stage, leadsTo: stage?.packages ?? [], recheckAtMs }
}
