import { componentName } from './component'
import type { PackageFacts, RuleFacts, StepFacts } from './facts'
import type { RuleWarningCode, StepFaultCode } from './lists'
import { isSameTarget, modelName } from './steps'
import { compareVersions, isSame } from './versions'

/** A step that no terminal could take where it stands. */
export interface StepFault {
  /** From 0. */
  position: number
  component: string
  version: string
  fault: StepFaultCode
}

/** The first fault in the steps of a rule. */
export function stepFault({
  steps,
  conditions,
}: Pick<RuleFacts, 'steps' | 'conditions'>): StepFault | undefined {
  const seen = new Set<string>()
  const paths = new Map<string, string[]>()
  for (const { position, package: pack, fromMin, fromMax } of steps) {
    const { component, version } = pack
    const fault = (kind: StepFault['fault']): StepFault => ({ position, component, version, fault: kind })
    if (seen.has(pack.id)) return fault('again')
    seen.add(pack.id)
    const path = paths.get(componentName(component)) ?? []
    paths.set(componentName(component), path)
    if (!path.some((one) => isSame(one, version))) {
      const last = path.at(-1)
      const isBelow = last !== undefined && compareVersions(version, last) < 0
      if (isBelow && conditions.mayDowngrade !== true) return fault('below_earlier')
      path.push(version)
      if (!isOneWay(path)) return fault('back_and_forth')
    }
    if (fromMin !== null && fromMax !== null && compareVersions(fromMin, fromMax) > 0)
      return fault('no_version_between')
    const lowest = pack.fromVersion ?? fromMin
    if (lowest !== null && conditions.mayDowngrade !== true && compareVersions(lowest, version) >= 0)
      return fault('above_its_target')
  }
  return undefined
}

function isOneWay(path: readonly string[]): boolean {
  const ways = path.slice(1).map((version, at) => Math.sign(compareVersions(version, path[at] ?? version)))
  return new Set(ways).size <= 1
}

export interface RuleWarning {
  code: RuleWarningCode
  /** The component and its version, and what is missing. */
  detail: string
}

/** What is allowed, and seldom meant. */
export function ruleWarnings({ models, steps }: Pick<RuleFacts, 'models' | 'steps'>): RuleWarning[] {
  const warnings: RuleWarning[] = []
  for (const alternatives of targetsOf(steps)) {
    const [first] = alternatives
    if (first === undefined) continue
    const name = `${first.component} ${first.version}`
    const left = uncovered(models, alternatives)
    if (left !== undefined)
      warnings.push({ code: 'models_without_package', detail: left === '' ? name : `${name}: ${left}` })
    if (alternatives.every((one) => one.fromVersion !== null)) {
      const bases = alternatives.map((one) => one.fromVersion).join(', ')
      warnings.push({ code: 'only_incremental', detail: `${name}: ${bases}` })
    }
  }
  return warnings
}

function targetsOf(steps: readonly StepFacts[]): PackageFacts[][] {
  const targets: PackageFacts[][] = []
  for (const { package: pack } of steps) {
    const target = targets.find(([first]) => first !== undefined && isSameTarget(first, pack))
    if (target === undefined) targets.push([pack])
    else target.push(pack)
  }
  return targets
}

/** Models of the rule for which there is no package; empty for those that no package names. Undefined: all have one. */
function uncovered(models: readonly string[], packages: readonly PackageFacts[]): string | undefined {
  if (packages.some((one) => one.models.length === 0)) return undefined
  const named = new Set(packages.flatMap((one) => one.models.map(modelName)))
  if (models.length === 0) return ''
  const left = models.filter((one) => !named.has(modelName(one)))
  return left.length === 0 ? undefined : left.join(', ')
}
