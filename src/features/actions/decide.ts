import type { ActionKind, ActionState } from './lists'
import type { ActionResult } from './schemas'

/**
 * The life of an action.
 *
 *   offered → downloading → downloaded → installed → confirmed
 *                                    ↘ failed, rejected        (the terminal says so, or no proof came in time)
 *   offered … installed → withdrawn                            (no longer in the plan)
 *
 * The terminal moves it up to `installed`, `failed` or `rejected`; the server alone confirms, by what a later check-in
 * shows, and withdraws. An action that has ended never lives again: a retry is a new one.
 */
const RANK: Record<ActionState, number> = {
  offered: 0,
  downloading: 1,
  downloaded: 2,
  installed: 3,
  failed: 3,
  rejected: 3,
  confirmed: 4,
  withdrawn: 4,
}

/** Still on offer: at most one of a kind for a terminal. */
export const OPEN_STATES = ['offered', 'downloading', 'downloaded'] as const satisfies ActionState[]

export function isOpen(state: ActionState): boolean {
  return (OPEN_STATES as readonly ActionState[]).includes(state)
}

export type ResultVerdict = 'advance' | 'repeat' | 'late' | 'conflict'

/** What a reported state means for an action in `current`: the contract's "states only move forward". */
export function judgeResult(current: ActionState, reported: ActionResult['state']): ResultVerdict {
  if (current === reported) return 'repeat'
  if (current === 'withdrawn') return 'late'
  if (current === 'confirmed') return reported === 'installed' ? 'repeat' : 'conflict'
  return RANK[reported] > RANK[current] ? 'advance' : 'conflict'
}

/** What one planner wants of one terminal now. */
export interface Plan {
  /** Most urgent first; at most one action of a kind is on offer at a time. */
  wishes: readonly Wish[]
  /** Subjects of this kind that the terminal's last status proves. */
  provenSubjectIds: readonly string[]
  /** When time alone may change this plan; without it only what is reported or decided can. */
  recheckAt?: Date | undefined
}

export interface Wish {
  subjectId: string
  /** What the terminal gets besides id and kind. */
  body: Record<string, unknown>
}

export interface KnownAction {
  id: string
  kind: ActionKind
  subjectId: string
  state: ActionState
  body: Record<string, unknown>
  confirmBy: Date | null
}

export type Step =
  | { do: 'offer'; kind: ActionKind; wish: Wish }
  | { do: 'confirm' | 'withdraw' | 'fail'; actionId: string }

export interface Reconciled {
  steps: Step[]
  /** The action that stays on offer as it is. */
  offered: KnownAction | null
  /** When time alone may change the outcome. */
  recheckAt: Date | null
}

/**
 * Brings a terminal's actions of one kind in line with its plan.
 * @param actions of this terminal and kind: the open ones, those waiting for proof, and those that failed or were
 *   rejected and have not been retried
 */
export function reconcile(
  kind: ActionKind,
  actions: readonly KnownAction[],
  plan: Plan,
  now: Date,
): Reconciled {
  const steps: Step[] = []
  const standing: KnownAction[] = []
  for (const action of actions) {
    const step = stepFor(action, plan, now)
    if (step === null) standing.push(action)
    else steps.push({ do: step, actionId: action.id })
  }
  const failedNow = actions.filter((one) =>
    steps.some((step) => step.do === 'fail' && step.actionId === one.id),
  )
  const offered = standing.find((action) => isOpen(action.state)) ?? null
  if (offered === null) {
    // What failed or was refused once is not pressed on the terminal again: an operator retries it.
    const taken = new Set([...standing, ...failedNow].map((action) => action.subjectId))
    const wish = plan.wishes.find(
      (one) => !taken.has(one.subjectId) && !plan.provenSubjectIds.includes(one.subjectId),
    )
    if (wish !== undefined) steps.push({ do: 'offer', kind, wish })
  }
  const deadlines = standing.flatMap((one) =>
    one.state === 'installed' && one.confirmBy ? [one.confirmBy] : [],
  )
  const rechecks = plan.recheckAt === undefined ? deadlines : [...deadlines, plan.recheckAt]
  return { steps, offered, recheckAt: earliest(rechecks) }
}

function stepFor(action: KnownAction, plan: Plan, now: Date): 'confirm' | 'withdraw' | 'fail' | null {
  if (!isOpen(action.state) && action.state !== 'installed') return null
  if (plan.provenSubjectIds.includes(action.subjectId)) return 'confirm'
  if (!plan.wishes.some((wish) => wish.subjectId === action.subjectId)) return 'withdraw'
  const isOverdue = action.state === 'installed' && action.confirmBy !== null && action.confirmBy <= now
  return isOverdue ? 'fail' : null
}

function earliest(moments: readonly Date[]): Date | null {
  return moments.reduce<Date | null>((first, one) => (first === null || one < first ? one : first), null)
}
