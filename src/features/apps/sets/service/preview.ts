import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../../../core/context'
import { Turnstile } from '../../../../core/turnstile'
import { query } from '../../../../core/verb'
import { visibleTerminals } from '../../../terminals'
import { previewBusy, setNotFound } from '../errors'
import type { AppDecision, AppTerminal, SetFacts } from '../facts'
import { decideAt } from '../gather'
import { loadAppTerminals, loadProtected, loadStandingApps } from '../load'
import { type AppNames, type AppsTally, PreviewSetInput } from '../schemas'
import { appSets } from '../tables'
import { Tally } from '../tally'
import { lineFacts, readRevision, resolveLines } from './lines'

const MOST_JUDGED = 200_000
const BATCH = 500

const turnstile = new Turnstile({
  atOnce: 2,
  waiting: 20,
  busy: () => previewBusy({ retryAfterSeconds: 10 }),
})

/**
 * What a set would do with the terminals that are connected to it, of those the caller sees: as it is, or as it would be
 * after a change that is not saved. Judged by the function that decides, without the pace of a rollout.
 */
export const previewSet = query(
  { permission: 'apps:read', input: PreviewSetInput },
  async (ctx, { setId, change }) => {
    const saved = await newestOf(ctx, setId)
    const lines =
      change === undefined
        ? saved.lines
        : await lineFacts(ctx.db, await resolveLines(ctx.db, change.lines, { isLocked: false }))
    const { removesOthers, conditions } = change ?? saved
    return tallySet(ctx, { ...saved, removesOthers, conditions, lines }, connectedTo(ctx, setId))
  },
)

/** The newest revision as decisions take it. `app_set_not_found`. */
export const newestOf = (ctx: Pick<Ctx, 'db'>, setId: string) => factsOf(ctx, setId, 'revision')

/** The one that a terminal is led to when it is connected. `app_set_not_found`. */
export const releasedOf = (ctx: Pick<Ctx, 'db'>, setId: string) => factsOf(ctx, setId, 'releasedRevision')

async function factsOf(
  { db }: Pick<Ctx, 'db'>,
  setId: string,
  which: 'revision' | 'releasedRevision',
): Promise<SetFacts> {
  const [row] = await db.select().from(appSets).where(eq(appSets.id, setId))
  if (row === undefined) throw setNotFound()
  const revision = row[which]
  const { lines, ...content } = await readRevision(db, setId, revision)
  return { id: setId, name: row.name, revision, ...content, lines: await lineFacts(db, lines) }
}

/** A batch of terminals that come after one. */
export type Source = (after: string | undefined, limit: number) => Promise<string[]>

/** The connected terminals that the caller sees, in the order of their ids. */
function connectedTo(ctx: Ctx, setId: string): Source {
  return async (after, limit) => {
    const rows = await ctx.db.execute<{ id: string }>(sql`
      select terminals.id from app_connections c join terminals on terminals.id = c.terminal_id
      where c.set_id = ${setId} and ${after === undefined ? sql`true` : sql`c.terminal_id > ${after}`}
        and ${visibleTerminals(ctx)} order by c.terminal_id limit ${limit}`)
    return rows.map(({ id }) => id)
  }
}

/** Of terminals that are named. */
export function ofIds(terminalIds: readonly string[]): Source {
  const all = [...terminalIds].sort()
  return async (after, limit) => {
    const rest = after === undefined ? all : all.filter((id) => id > after)
    return rest.slice(0, limit)
  }
}

/** What a set would do with these terminals, connected to it or not. */
export async function tallySet(ctx: Ctx, set: SetFacts, source: Source): Promise<AppsTally> {
  const patterns = await loadProtected(ctx.db)
  const nowMs = ctx.clock.now().getTime()
  return tallyDecisions(ctx, MOST_JUDGED, async (after) => {
    const ids = await source(after, BATCH)
    const [terminals, standing] = await Promise.all([
      loadAppTerminals(ctx, ids),
      loadStandingApps(ctx.db, ids),
    ])
    const known = { terminals, standing, repairs: new Map(), protectedPatterns: patterns }
    const decided = [...terminals].flatMap(([id, terminal]) => {
      const decision = decideAt(known, id, set, { pace: undefined, nowMs })
      return decision === undefined ? [] : [{ decision, terminal }]
    })
    return { decided, last: ids.at(-1) }
  })
}

interface DecidedBatch {
  decided: readonly { decision: AppDecision; terminal: AppTerminal }[]
  /** After which the next batch begins; undefined: this was behind the last one. */
  last: string | undefined
}

/**
 * Counts decisions batch by batch: what terminals report can be long, and no more of it is held than one batch. It takes
 * much of what all share, so that a few go at a time. `app_preview_busy`.
 */
export function tallyDecisions(
  ctx: Ctx,
  most: number,
  next: (after: string | undefined) => Promise<DecidedBatch>,
): Promise<AppsTally> {
  return turnstile.pass(async () => {
    const tally = new Tally()
    let after: string | undefined
    let isWhole = false
    while (!isWhole && tally.terminals < most) {
      const { decided, last } = await next(after)
      for (const { decision, terminal } of decided) tally.add(decision, terminal)
      after = last
      isWhole = last === undefined
    }
    return { ...(await reportOf(ctx, tally)), isWhole }
  })
}

async function reportOf(ctx: Ctx, tally: Tally): Promise<Omit<AppsTally, 'isWhole'>> {
  const { install, upgrade, remove, obstacles } = tally.report(new Map())
  const named = [...install, ...upgrade, ...remove, ...obstacles]
  return tally.report(await loadNames(ctx, [...new Set(named.map((one) => one.package))]))
}

/** Names of applications by the newest version of each; by package. */
export async function loadNames(
  { db }: Pick<Ctx, 'db'>,
  packages: readonly string[],
): Promise<Map<string, AppNames>> {
  if (packages.length === 0) return new Map()
  const rows = await db.execute<AppNames & { package: string }>(sql`
    select a.package, v.label, v.label_en as "labelEn", v.label_ru as "labelRu" from apps a
    cross join lateral (select * from app_versions x where x.app_id = a.id order by version_code desc limit 1) v
    where a.package = any(${sql.param([...packages])}::text[])`)
  return new Map(rows.map(({ package: name, ...names }) => [name, names]))
}
