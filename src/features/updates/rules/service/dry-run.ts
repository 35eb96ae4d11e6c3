import { z } from 'zod'
import type { Ctx } from '../../../../core/context'
import { newId } from '../../../../core/ids'
import { decodeCursor, encodeCursor } from '../../../../core/paging'
import { Turnstile } from '../../../../core/turnstile'
import { query } from '../../../../core/verb'
import { type Decision, decideUpdate } from '../decide'
import { decideUpdates, OPEN } from '../decide-all'
import { dryRunBusy, ruleNotFound } from '../errors'
import type { RuleFacts } from '../facts'
import { loadAssigned, loadRules, loadStanding, loadTerminalFacts } from '../load'
import { DryRunInput, type DryRunReport, ListDryRunInput, type RuleFields } from '../schemas'
import { Tally } from '../tally'
import { type Chosen, openSource } from './choose'
import { loadGivenSteps, requirePossible } from './steps'

/** Terminals that one dry-run judges, that one page of its list looks through, and that are loaded at once. */
const MOST_JUDGED = 200_000
const MOST_LOOKED_THROUGH = 20_000
const BATCH = 2_000

const permission = 'updates:read'

/** Of two hundred thousand terminals one takes seconds of a processor, and forms ask for one after every change. */
const turnstile = new Turnstile({
  atOnce: 2,
  waiting: 20,
  busy: () => dryRunBusy({ retryAfterSeconds: 10 }),
})

/**
 * What a rule would come to for terminals, as if it were switched on, assigned to them, and without a rollout: judged by
 * the function that decides, other rules that are assigned to them included. Nothing is changed.
 */
export const dryRunRule = query({ permission, input: DryRunInput }, (ctx, input) =>
  turnstile.pass(() => tryRule(ctx, input)),
)

async function tryRule(ctx: Ctx, input: z.output<typeof DryRunInput>): Promise<DryRunReport> {
  const rule = await ruleOf(ctx, input)
  const source = await openSource(ctx, input.terminals, input.ruleId)
  const judge = new Judge(ctx, rule)
  const tally = new Tally()
  let cursor: string | undefined
  for (;;) {
    const { rows, nextCursor } = await source.read(cursor, BATCH)
    for (const { decision } of await judge.judge(rows)) tally.add(decision)
    cursor = nextCursor ?? undefined
    if (cursor === undefined || tally.terminals >= MOST_JUDGED) break
  }
  return {
    at: judge.now.toISOString(),
    terminals: tally.terminals,
    isWhole: cursor === undefined,
    notFound: source.notFound,
    outcomes: tally.outcomes(),
  }
}

/** Where the batch begins, and the last terminal of it that was looked at. */
const Position = z.tuple([z.string().max(400).nullable(), z.string().max(128)])

/** The terminals behind one number of a dry-run, page by page. */
export const listDryRun = query({ permission, input: ListDryRunInput }, async (ctx, input) => {
  const { limit, outcome, reason } = input
  const rule = await ruleOf(ctx, input)
  const source = await openSource(ctx, input.terminals, input.ruleId)
  const judge = new Judge(ctx, rule)
  const isAsked = ({ decision }: Judged) =>
    decision.outcome === outcome && (reason === undefined || decision.reasons[0]?.code === reason)
  const [begin, lastAt] = input.cursor === undefined ? [null, ''] : decodeCursor(input.cursor, Position)
  const items: ReturnType<typeof toItem>[] = []
  let [cursor, after] = [begin ?? undefined, lastAt]
  for (let lookedThrough = 0; lookedThrough < MOST_LOOKED_THROUGH; ) {
    const { rows, nextCursor } = await source.read(cursor, BATCH)
    const judged = await judge.judge(rows.filter(({ at }) => at > after))
    lookedThrough += Math.max(1, judged.length)
    for (const one of judged.filter(isAsked)) {
      if (items.length === limit) return { items, nextCursor: encodeCursor([cursor ?? null, after]) }
      items.push(toItem(one))
      after = one.chosen.at
    }
    if (nextCursor === null) return { items, nextCursor: null }
    cursor = nextCursor
    after = ''
  }
  return { items, nextCursor: encodeCursor([cursor ?? null, after]) }
})

async function ruleOf(
  ctx: Ctx,
  { rule, ruleId }: { rule?: RuleFields | undefined; ruleId?: string | undefined },
): Promise<RuleFacts> {
  const [saved] = ruleId === undefined ? [] : await loadRules(ctx.db, { ruleIds: [ruleId] })
  if (ruleId !== undefined && saved === undefined) throw ruleNotFound()
  const given = rule === undefined ? saved : await givenRule(ctx, rule, ruleId ?? newId())
  if (given === undefined) throw ruleNotFound()
  return { ...given, isEnabled: true }
}

async function givenRule(ctx: Ctx, rule: RuleFields, id: string): Promise<RuleFacts> {
  const { name, platform, models, isEnabled, priority, conditions, startsAt, endsAt } = rule
  const steps = await loadGivenSteps(ctx.db, platform, rule.steps, { isLocked: false })
  const period = [startsAt, endsAt].map((text) => (text == null ? null : new Date(text)))
  const [from = null, to = null] = period
  requirePossible({ steps, conditions, startsAt: from, endsAt: to })
  return {
    ...{ id, name, platform, models, isEnabled, priority, conditions, steps },
    ...{ startsAtMs: from?.getTime() ?? null, endsAtMs: to?.getTime() ?? null },
  }
}

interface Judged {
  chosen: Chosen
  models: readonly string[]
  decision: Decision
}

class Judge {
  readonly now: Date
  readonly #others = new Map<string, RuleFacts>()

  constructor(
    readonly ctx: Ctx,
    readonly rule: RuleFacts,
  ) {
    this.now = ctx.clock.now()
  }

  async judge(rows: readonly Chosen[]): Promise<Judged[]> {
    const ids = rows.map(({ terminalId }) => terminalId)
    const [facts, standing, others] = await Promise.all([
      loadTerminalFacts(this.ctx, ids),
      loadStanding(this.ctx.db, ids),
      this.#otherRules(ids),
    ])
    const nowMs = this.now.getTime()
    const { rule } = this
    return rows.flatMap((chosen) => {
      const terminal = facts.get(chosen.terminalId)
      if (terminal === undefined) return []
      const known = { terminal, standing: standing.get(chosen.terminalId) ?? [], nowMs }
      const asked = { rule, isAssigned: true, pace: undefined }
      const rivals = others.get(chosen.terminalId) ?? []
      const decision = heldBack(asked, rivals, known) ?? decideUpdate({ ...asked, ...known })
      return [{ chosen, models: terminal.models, decision }]
    })
  }

  /** The other rules that are assigned to these terminals. */
  async #otherRules(ids: readonly string[]): Promise<Map<string, RuleFacts[]>> {
    const assigned = await loadAssigned(this.ctx.db, ids)
    const all = new Set([...assigned.values()].flatMap((own) => [...own]))
    const unknown = [...all].filter((id) => id !== this.rule.id && !this.#others.has(id))
    for (const rule of await loadRules(this.ctx.db, { ruleIds: unknown })) this.#others.set(rule.id, rule)
    return new Map(
      [...assigned].map(([terminalId, own]) => [
        terminalId,
        [...own].flatMap((id) => (id === this.rule.id ? [] : (this.#others.get(id) ?? []))),
      ]),
    )
  }
}

type Known = Parameters<typeof decideUpdates>[1]
type Asked = Parameters<typeof decideUpdates>[0][number]

/**
 * Where another rule has the component, at whatever pace that one goes; or where the terminal knows of another update,
 * one at a time being on offer.
 */
function heldBack(asked: Asked, rivals: readonly RuleFacts[], known: Known): Decision | undefined {
  if (rivals.length === 0) return undefined
  const all = [asked, ...rivals.map((rule) => ({ rule, isAssigned: true, pace: undefined }))]
  const own = decideUpdates(all, known).find(({ ruleId }) => ruleId === asked.rule.id)
  const code = own?.reasons[0]?.code
  const isBusy = known.standing.some(({ state }) => OPEN.has(state))
  return code === 'higher_priority' || (isBusy && code === 'other_update') ? own : undefined
}

function toItem({ chosen: { terminalId, serial }, models, decision: { reasons, stage } }: Judged) {
  return {
    ...{ terminalId, serial, model: models.find((one) => one !== '') ?? '' },
    reasons: reasons.map(({ code, values }) => ({ code, values: { ...values } })),
    packages: stage?.packages.map(({ id, component, version }) => ({ id, component, version })) ?? [],
  }
}
