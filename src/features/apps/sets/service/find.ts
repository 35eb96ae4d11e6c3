import { and, asc, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../../core/context'
import { escapeLike } from '../../../../core/like'
import { decodeCursor, toPage } from '../../../../core/paging'
import { query } from '../../../../core/verb'
import { visibleTerminals } from '../../../terminals'
import { revisionNotFound, setNotFound } from '../errors'
import { revisionKey } from '../load'
import {
  CompareSetsInput,
  type LineView,
  ListRevisionsInput,
  ListSetsInput,
  MOST_COUNTED,
  MOST_REVISIONS,
  type RevisionView,
  SetRef,
  type SetSummary,
  type SetView,
} from '../schemas'
import { appSetRevisions, appSets } from '../tables'
import { NO_NAMES } from '../tally'
import { beyondLimits } from './reach'

const permission = 'apps:read'
type SetRow = typeof appSets.$inferSelect

const NAME = sql<string>`lower(${appSets.name}) collate "C"`
const ByName = z.tuple([z.string()])

/** Sets by name. They are for the whole fleet: whoever may see sets sees all, and counts its own terminals. */
export const listSets = query(
  { permission, input: ListSetsInput },
  async (ctx, { cursor, limit, search = '', package: name }) => {
    const like = `%${escapeLike(search.toLowerCase())}%`
    const rows = await ctx.db
      .select({ set: appSets, name: NAME })
      .from(appSets)
      .where(
        and(
          search === '' ? undefined : sql`${NAME} like ${like}`,
          name === undefined ? undefined : namesPackage(name),
          cursor === undefined ? undefined : sql`${NAME} > ${decodeCursor(cursor, ByName)[0]}`,
        ),
      )
      .orderBy(asc(NAME))
      .limit(limit + 1)
    const page = toPage(
      rows,
      limit,
      (row) => [row.name],
      ({ set }) => set,
    )
    return { ...page, items: await summariesOf(ctx, page.items) }
  },
)

const namesPackage = (name: string): SQL => sql`exists (select from app_set_lines l
  where l.set_id = ${appSets.id} and l.revision = ${appSets.revision} and l.package = ${name})`

async function summariesOf(ctx: Ctx, rows: readonly SetRow[]): Promise<SetSummary[]> {
  const ids = rows.map(({ id }) => id)
  const [headers, contents] = await Promise.all([headersOf(ctx, rows), countLines(ctx, ids)])
  return headers.map((header) => ({
    ...header,
    ...(contents.get(header.id) ?? { applications: 0, removesOthers: false }),
  }))
}

async function countLines(ctx: Ctx, setIds: readonly string[]) {
  if (setIds.length === 0) return new Map<string, { applications: number; removesOthers: boolean }>()
  const rows = await ctx.db.execute<{ id: string; applications: number; removesOthers: boolean }>(sql`
    select s.id, r.removes_others as "removesOthers", coalesce(cardinality(r.present), 0) as applications
    from app_sets s join app_set_revisions r on r.set_id = s.id and r.revision = s.revision
    where s.id = any(${sql.param([...setIds])}::uuid[])`)
  return new Map(rows.map(({ id, ...rest }) => [id, rest]))
}

type Header = Omit<SetView, 'newest'>

async function headersOf(ctx: Ctx, rows: readonly SetRow[]): Promise<Header[]> {
  const ids = rows.map(({ id }) => id)
  const [counts, beyond, rollouts] = await Promise.all([
    countTerminals(ctx, ids),
    beyondLimits(ctx, ids),
    newestRollouts(ctx, ids),
  ])
  return rows.map(({ createdAt, updatedAt, ...row }) => ({
    ...row,
    terminals: counts.get(row.id) ?? 0,
    isWithinLimits: !beyond.has(row.id),
    rollout: rollouts.get(row.id) ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }))
}

/** Of those that the caller sees, up to MOST_COUNTED each. */
async function countTerminals(ctx: Ctx, setIds: readonly string[]): Promise<Map<string, number>> {
  if (setIds.length === 0) return new Map()
  const rows = await ctx.db.execute<{ setId: string; count: number }>(sql`
    select r.id as "setId", c.count::int as count from unnest(${sql.param([...setIds])}::uuid[]) r(id)
    cross join lateral (select count(*) from (
      select from app_connections c join terminals on terminals.id = c.terminal_id
      where c.set_id = r.id and ${visibleTerminals(ctx)} limit ${MOST_COUNTED}) f) c`)
  return new Map(rows.map(({ setId, count }) => [setId, count]))
}

/** Rollouts stand on sets, so that their table is asked by its name. */
async function newestRollouts(ctx: Ctx, setIds: readonly string[]) {
  if (setIds.length === 0) return new Map<string, NonNullable<Header['rollout']>>()
  const rows = await ctx.db.execute<{ setId: string; id: string; name: string; state: string }>(sql`
    select w.id as "setId", r.id, r.name, r.state from unnest(${sql.param([...setIds])}::uuid[]) w(id)
    cross join lateral (select * from rollouts o where o.set_id = w.id order by o.id desc limit 1) r`)
  return new Map(rows.map(({ setId, ...rollout }) => [setId, rollout]))
}

/** `app_set_not_found`. */
export const getSet = query({ permission, input: SetRef }, (ctx, { setId }) => findSet(ctx, setId))

export async function findSet(ctx: Ctx, setId: string): Promise<SetView> {
  const rows = await ctx.db.select().from(appSets).where(eq(appSets.id, setId))
  const [header] = await headersOf(ctx, rows)
  if (header === undefined) throw setNotFound()
  const [newest] = await revisionViews(ctx, setId, [header.revision])
  if (newest === undefined) throw revisionNotFound()
  return { ...header, newest }
}

const ByRevision = z.tuple([z.number().int().min(0).max(MOST_REVISIONS)])

/** What a set has been, the newest first. */
export const listRevisions = query(
  { permission, input: ListRevisionsInput },
  async (ctx, { setId, cursor, limit }) => {
    if ((await ctx.db.$count(appSets, eq(appSets.id, setId))) === 0) throw setNotFound()
    const rows = await ctx.db
      .select({ revision: appSetRevisions.revision })
      .from(appSetRevisions)
      .where(
        and(
          eq(appSetRevisions.setId, setId),
          cursor === undefined
            ? undefined
            : lt(appSetRevisions.revision, decodeCursor(cursor, ByRevision)[0]),
        ),
      )
      .orderBy(desc(appSetRevisions.revision))
      .limit(limit + 1)
    const page = toPage(
      rows,
      limit,
      ({ revision }) => [revision],
      ({ revision }) => revision,
    )
    return { ...page, items: await revisionViews(ctx, setId, page.items) }
  },
)

/** In the order in which they are asked for. */
async function revisionViews(ctx: Ctx, setId: string, revisions: readonly number[]): Promise<RevisionView[]> {
  if (revisions.length === 0) return []
  const [rows, lines] = await Promise.all([
    ctx.db
      .select()
      .from(appSetRevisions)
      .where(and(eq(appSetRevisions.setId, setId), inArray(appSetRevisions.revision, [...revisions]))),
    lineViews(
      ctx,
      revisions.map((revision) => ({ setId, revision })),
    ),
  ])
  const found = new Map(rows.map((row) => [row.revision, row]))
  return revisions.flatMap((revision) => {
    const row = found.get(revision)
    if (row === undefined) return []
    const { removesOthers, conditions, madeFor, madeBy, madeAt, releasedAt } = row
    return [
      {
        ...{ setId, revision, removesOthers, conditions, madeFor, madeBy },
        lines: lines.get(revisionKey(setId, revision)) ?? [],
        madeAt: madeAt.toISOString(),
        releasedAt: releasedAt?.toISOString() ?? null,
      },
    ]
  })
}

/** Lines as they are shown, by `revisionKey`: with the name that the application has by its newest version. */
export async function lineViews(
  { db }: Pick<Ctx, 'db'>,
  wanted: readonly { setId: string; revision: number }[],
): Promise<Map<string, LineView[]>> {
  if (wanted.length === 0) return new Map()
  const rows = await db.execute<LineView & { setId: string; revision: number } & Record<string, unknown>>(sql`
    select l.set_id as "setId", l.revision, l.package, l.want, l.app_id as "appId", n.label, n.label_en as "labelEn", n.label_ru as "labelRu",
      case when n.icon_type is not null then '/api/v1/app-versions/' || n.id || '/icon' end as "iconUrl", l.version_id as "versionId",
      l.version_code::float8 as "versionCode", l.version_name as "versionName", v.size_bytes::float8 as "sizeBytes",
      n.version_code::float8 as "newestVersionCode"
    from jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb) as w("setId" uuid, revision int)
    join app_set_lines l on l.set_id = w."setId" and l.revision = w.revision
    left join app_versions v on v.id = l.version_id
    left join apps a on a.package = l.package
    left join lateral (
      select id, label, label_en, label_ru, icon_type, version_code from app_versions x
      where x.app_id = a.id order by version_code desc limit 1) n on true
    order by l.set_id, l.revision, l.position`)
  const found = new Map<string, LineView[]>()
  for (const { setId, revision, ...line } of rows) {
    const key = revisionKey(setId, revision)
    const own = found.get(key) ?? []
    found.set(key, own)
    own.push(line)
  }
  return found
}

/** Two sets, or two revisions of one, application by application. `app_set_not_found`, `app_set_revision_not_found`. */
export const compareSets = query({ permission, input: CompareSetsInput }, async (ctx, input) => {
  const one = await sideOf(ctx, input.setId, input.revision)
  const other = await sideOf(ctx, input.otherSetId, input.otherRevision)
  const names = [...new Set([...one.lines, ...other.lines].map((line) => line.package))].sort()
  return {
    one: one.side,
    other: other.side,
    lines: names.map((name) => {
      const [left, right] = [one, other].map(
        ({ lines }) => lines.find((line) => line.package === name) ?? null,
      )
      const { label, labelEn, labelRu } = left ?? right ?? NO_NAMES
      return {
        package: name,
        ...{ label, labelEn, labelRu },
        one: left ?? null,
        other: right ?? null,
        isSame: comesToSame(left, right),
      }
    }),
  }
})

async function sideOf(ctx: Ctx, setId: string, asked: number | undefined) {
  const [row] = await ctx.db.select().from(appSets).where(eq(appSets.id, setId))
  if (row === undefined) throw setNotFound()
  const [view] = await revisionViews(ctx, setId, [asked ?? row.revision])
  if (view === undefined) throw revisionNotFound()
  const { revision, removesOthers, lines } = view
  return { side: { setId, name: row.name, revision, removesOthers }, lines }
}

function comesToSame(one: LineView | null | undefined, other: LineView | null | undefined): boolean {
  if (one == null || other == null) return one == null && other == null
  return (one.want === 'absent') === (other.want === 'absent') && one.versionCode === other.versionCode
}
