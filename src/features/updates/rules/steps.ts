import type { PackageFacts, Reason, RuleFacts, StepFacts, TerminalFacts } from './facts'
import type { ReasonCode } from './lists'
import { compareVersions } from './versions'

/**
 * Which packages a terminal is to take now to come where a rule wants it.
 *
 * Steps that lead one component to one version are alternatives: the first that fits is taken, so that a small incremental
 * package may stand before the full one. Several versions of one component are a path: a terminal goes on from where it
 * is. A stage is what is offered together: steps in their order, up to one that waits for the earlier ones, or that comes
 * to a component again.
 */
export type Way =
  | { is: 'arrived' }
  | { is: 'stage'; packages: readonly PackageFacts[] }
  | { is: 'closed'; reason: Reason }
  | { is: 'beyond'; reason: Reason }

interface Target {
  component: string
  version: string
  waitsForEarlier: boolean
  alternatives: readonly StepFacts[]
}

export function wayOf(rule: RuleFacts, terminal: TerminalFacts): Way {
  const targets = targetsOf(rule.steps)
  const pending: Target[] = []
  for (const target of targets) {
    if (isReached(target, targets, terminal)) continue
    const current = terminal.components.get(target.component)
    if (
      current !== undefined &&
      compareVersions(current, target.version) > 0 &&
      !rule.conditions.mayDowngrade
    )
      return {
        is: 'beyond',
        reason: about('downgrade', target, { version: current, target: target.version }),
      }
    pending.push(target)
  }
  const packages: PackageFacts[] = []
  const taken = new Set<string>()
  for (const target of pending) {
    if (packages.length > 0 && (target.waitsForEarlier || taken.has(target.component))) break
    const fit = fitOf(target, terminal)
    if ('code' in fit) return packages.length > 0 ? { is: 'stage', packages } : { is: 'closed', reason: fit }
    packages.push(fit)
    taken.add(target.component)
  }
  return packages.length === 0 ? { is: 'arrived' } : { is: 'stage', packages }
}

function targetsOf(steps: readonly StepFacts[]): Target[] {
  const targets = new Map<string, Target & { alternatives: StepFacts[] }>()
  for (const step of [...steps].sort((a, b) => a.position - b.position)) {
    const { component, version } = step.package
    const key = JSON.stringify([component, version])
    const target = targets.get(key)
    if (target !== undefined) target.alternatives.push(step)
    else targets.set(key, { component, version, waitsForEarlier: step.waitsForEarlier, alternatives: [step] })
  }
  return [...targets.values()]
}

/** It has this version, or stands further along the component's path. */
function isReached(target: Target, targets: readonly Target[], { components }: TerminalFacts): boolean {
  const current = components.get(target.component)
  if (current === undefined) return false
  const path = targets.filter((one) => one.component === target.component)
  const place = path.indexOf(target)
  const standsAt = path.findLastIndex((one) => isSame(one.version, current))
  if (standsAt !== -1) return standsAt >= place
  return place < path.length - 1 && compareVersions(current, target.version) > 0
}

/** Equal as written or in value: a maker's 2.7 and a terminal's 2.7.0 are one version. */
export const isSame = (one: string, other: string) => one === other || compareVersions(one, other) === 0

function fitOf(target: Target, terminal: TerminalFacts): PackageFacts | Reason {
  let refusal: Reason | undefined
  for (const step of target.alternatives) {
    const reason = misfitOf(step, terminal)
    if (reason === undefined) return step.package
    refusal = reason
  }
  return refusal as Reason
}

function misfitOf(step: StepFacts, terminal: TerminalFacts): Reason | undefined {
  const { component, fromVersion, models } = step.package
  const misfit = modelMisfit(models, terminal)
  if (misfit !== undefined) return about('package_for_other_model', step.package, { ...misfit })
  const current = terminal.components.get(component)
  const from = (code: ReasonCode, needs: string) =>
    about(code, { component, version: current ?? '' }, { needs })
  if (fromVersion !== null && (current === undefined || !isSame(current, fromVersion)))
    return from('base_missing', fromVersion)
  const { fromMin, fromMax } = step
  if (fromMin !== null && (current === undefined || compareVersions(current, fromMin) < 0))
    return from('from_version_too_low', fromMin)
  if (fromMax !== null && (current === undefined || compareVersions(current, fromMax) > 0))
    return from('from_version_too_high', fromMax)
  return undefined
}

/**
 * A terminal has to be of one of the models by all that is known of it: where its own word differs from the registry,
 * nobody can say which is true, and a package for the wrong one may end it.
 */
export function modelMisfit(
  models: readonly string[],
  terminal: Pick<TerminalFacts, 'models'>,
): { model: string; needs: string } | undefined {
  if (models.length === 0) return undefined
  const wanted = new Set(models.map(plain))
  const known = terminal.models.filter((one) => one !== '')
  const wrong = known.find((one) => !wanted.has(plain(one)))
  if (known.length > 0 && wrong === undefined) return undefined
  return { model: wrong ?? '', needs: models.join(', ') }
}

/** `WPOS-3`, `wpos 3` and `WPOS3` are one model. */
const plain = (model: string) => model.toLowerCase().replace(/[\s_-]/g, '')

function about(
  code: ReasonCode,
  { component, version }: { component: string; version: string },
  values: Readonly<Record<string, string>> = {},
): Reason {
  return { code, values: { component, version, ...values } }
}
