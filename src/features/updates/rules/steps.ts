import { componentName } from './component'
import type { PackageFacts, Reason, RuleFacts, StepFacts, TerminalFacts } from './facts'
import type { ReasonCode } from './lists'
import { compareVersions, isSame } from './versions'

/**
 * Which packages a terminal is to take now to come where a rule wants it. A rule is one whole: where any component of the
 * terminal is beyond it, nothing of it is taken.
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
  alternatives: StepFacts[]
}

export function wayOf(rule: RuleFacts, terminal: TerminalFacts): Way {
  const targets = targetsOf(rule.steps)
  const pending = targets.filter((target) => !isReached(target, targets, terminal))
  if (rule.conditions.mayDowngrade !== true)
    for (const target of pending) {
      const current = terminal.components.get(componentName(target.component))
      if (current !== undefined && compareVersions(current, target.version) > 0)
        return {
          is: 'beyond',
          reason: about('downgrade', target, { version: current, target: target.version }),
        }
    }
  const packages: PackageFacts[] = []
  const taken = new Set<string>()
  for (const target of pending) {
    const fit = fitOf(target, terminal)
    if (
      packages.length > 0 &&
      ('code' in fit || fit.waitsForEarlier || taken.has(componentName(target.component)))
    )
      break
    if ('code' in fit) return { is: 'closed', reason: fit }
    packages.push(fit.package)
    taken.add(componentName(target.component))
  }
  return packages.length === 0 ? { is: 'arrived' } : { is: 'stage', packages }
}

function targetsOf(steps: readonly StepFacts[]): Target[] {
  const targets: Target[] = []
  for (const step of [...steps].sort((a, b) => a.position - b.position)) {
    const { component, version } = step.package
    const target = targets.find((one) => isSameTarget(one, step.package))
    if (target !== undefined) target.alternatives.push(step)
    else targets.push({ component, version, alternatives: [step] })
  }
  return targets
}

/** They lead one component to one version. */
export function isSameTarget(
  one: Pick<PackageFacts, 'component' | 'version'>,
  other: Pick<PackageFacts, 'component' | 'version'>,
): boolean {
  return componentName(one.component) === componentName(other.component) && isSame(one.version, other.version)
}

/** It has this version, or stands further along the component's path. */
function isReached(target: Target, targets: readonly Target[], { components }: TerminalFacts): boolean {
  const name = componentName(target.component)
  const current = components.get(name)
  if (current === undefined) return false
  const path = targets.filter((one) => componentName(one.component) === name)
  const place = path.indexOf(target)
  const standsAt = path.findLastIndex((one) => isSame(one.version, current))
  if (standsAt !== -1) return standsAt >= place
  const next = path[place + 1]
  // Between two versions of a path it goes on to the later one, be that above or, where it may, below.
  return (
    next !== undefined &&
    Math.sign(compareVersions(current, target.version)) ===
      Math.sign(compareVersions(next.version, target.version))
  )
}

function fitOf(target: Target, terminal: TerminalFacts): StepFacts | Reason {
  let refusal: Reason | undefined
  for (const step of target.alternatives) {
    const reason = misfitOf(step, terminal)
    if (reason === undefined) return step
    refusal = reason
  }
  return refusal as Reason
}

function misfitOf(step: StepFacts, terminal: TerminalFacts): Reason | undefined {
  const { component, fromVersion, models } = step.package
  const misfit = modelMisfit(models, terminal)
  if (misfit !== undefined) return about('package_for_other_model', step.package, { ...misfit })
  const current = terminal.components.get(componentName(component))
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
  const wanted = new Set(models.map(modelName))
  const known = terminal.models.filter((one) => one !== '')
  const wrong = known.find((one) => !wanted.has(modelName(one)))
  if (known.length > 0 && wrong === undefined) return undefined
  return { model: wrong ?? '', needs: models.join(', ') }
}

/** `WPOS-3`, `wpos 3` and `WPOS3` are one model. */
export const modelName = (model: string) => model.toLowerCase().replace(/[\s_-]/g, '')

function about(
  code: ReasonCode,
  { component, version }: { component: string; version: string },
  values: Readonly<Record<string, string>> = {},
): Reason {
  return { code, values: { component, version, ...values } }
}
