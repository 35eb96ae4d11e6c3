import type { AppDecision, AppTerminal } from './facts'
import type { AppNames, AppsTally } from './schemas'

/** Counts what a set comes to over many terminals: what comes, what is upgraded, what goes, what cannot be. */
export class Tally {
  terminals = 0
  readonly #outcomes = new Map<AppDecision['outcome'], number>()
  readonly #reasons = new Map<string, number>()
  readonly #install = new Map<string, Named & Version>()
  readonly #upgrade = new Map<string, Named & Version>()
  readonly #remove = new Map<string, Named>()
  readonly #obstacles = new Map<string, Named & { code: AppDecision['obstacles'][number]['code'] }>()

  add({ outcome, reasons, install, remove, obstacles }: AppDecision, terminal: AppTerminal): void {
    this.terminals++
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1)
    const [first] = reasons
    if (first !== undefined && outcome !== 'done' && outcome !== 'offered')
      this.#reasons.set(first.code, (this.#reasons.get(first.code) ?? 0) + 1)
    for (const { package: name, versionCode, versionName } of install) {
      const into = terminal.apps.has(name) ? this.#upgrade : this.#install
      count(into, `${name} ${versionCode}`, { package: name, versionCode, versionName })
    }
    for (const name of remove) count(this.#remove, name, { package: name })
    for (const { package: name, code } of obstacles)
      count(this.#obstacles, `${code} ${name}`, { package: name, code })
  }

  /** @param names of applications by their packages */
  report(names: ReadonlyMap<string, AppNames>): Omit<AppsTally, 'isWhole'> {
    const listed = <One extends Named>(from: ReadonlyMap<string, One>) =>
      [...from.values()]
        .sort((one, other) => other.terminals - one.terminals || (one.package < other.package ? -1 : 1))
        .slice(0, MOST_LISTED)
        .map((one) => ({ ...one, ...(names.get(one.package) ?? NO_NAMES) }))
    return {
      terminals: this.terminals,
      outcomes: [...this.#outcomes].map(([outcome, terminals]) => ({ outcome, terminals })),
      reasons: [...this.#reasons]
        .map(([code, terminals]) => ({ code, terminals }))
        .sort((one, other) => other.terminals - one.terminals),
      install: listed(this.#install),
      upgrade: listed(this.#upgrade),
      remove: listed(this.#remove),
      obstacles: listed(this.#obstacles),
    }
  }
}

/** Packages that terminals report can be as many as they please. */
const MOST_LISTED = 500
const MOST_KEPT = 20_000

/** Of an application that was never uploaded. */
export const NO_NAMES: AppNames = { label: null, labelEn: null, labelRu: null }

interface Named {
  package: string
  terminals: number
}
interface Version {
  versionCode: number
  versionName: string
}

function count<One extends Named>(into: Map<string, One>, key: string, one: Omit<One, 'terminals'>): void {
  const before = into.get(key)
  if (before !== undefined) before.terminals++
  else if (into.size < MOST_KEPT) into.set(key, { ...one, terminals: 1 } as One)
}
