import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'

export const FACETS_MAX = 200

export const StatusFacets = z.object({
  models: z.array(z.string()),
  appVersions: z.array(z.object({ appName: z.string().nullable(), appVersion: z.string().nullable() })),
  isCut: z.boolean().describe(`There are more than ${FACETS_MAX} of one kind; the first are listed.`),
})

/** What can be filtered by: the models and versions that terminals report. A caller with limits gets those of its own. */
export const listStatusFacets = query({ permission: 'status:read', input: z.object({}) }, async (ctx) => {
  const isLimited = visibilityOf(ctx.actor).kind === 'limited'
  const [models, versions] = isLimited ? await ofOwn(ctx) : await ofAll(ctx)
  return {
    models: models.slice(0, FACETS_MAX).map(({ model }) => model),
    appVersions: versions.slice(0, FACETS_MAX),
    isCut: models.length > FACETS_MAX || versions.length > FACETS_MAX,
  }
})

type Facets = [{ model: string }[], { appName: string | null; appVersion: string | null }[]]
const LIMIT = FACETS_MAX + 1

/** From one value to the next by the index, so that it costs what there are of values and not of terminals. */
async function ofAll(ctx: Ctx): Promise<Facets> {
  const models = sql`
    with recursive found as (
      (select model from terminal_status where model is not null order by model limit 1)
      union all
      select (select s.model from terminal_status s where s.model > found.model order by s.model limit 1)
      from found where found.model is not null)
    select model from found where model is not null limit ${LIMIT}`
  const versions = sql`
    with recursive found as (
      (select app_name, app_version from terminal_status
        where app_name is not null and app_version is not null order by app_name, app_version limit 1)
      union all
      select next.app_name, next.app_version from found cross join lateral (
        select s.app_name, s.app_version from terminal_status s
        where (s.app_name, s.app_version) > (found.app_name, found.app_version) and s.app_version is not null
        order by s.app_name, s.app_version limit 1) next)
    select app_name as "appName", app_version as "appVersion" from found limit ${LIMIT}`
  return [await rowsOf(ctx, models), await rowsOf(ctx, versions)]
}

async function ofOwn(ctx: Ctx): Promise<Facets> {
  const own = sql`from terminals join terminal_status s on s.terminal_id = terminals.id where ${visibleTerminals(ctx)}`
  const models = sql`select distinct s.model ${own} and s.model is not null order by 1 limit ${LIMIT}`
  const versions = sql`select distinct s.app_name as "appName", s.app_version as "appVersion" ${own}
    and s.app_name is not null and s.app_version is not null order by 1, 2 limit ${LIMIT}`
  return [await rowsOf(ctx, models), await rowsOf(ctx, versions)]
}

async function rowsOf<Row>(ctx: Ctx, statement: SQL): Promise<Row[]> {
  return (await ctx.db.execute(statement)) as unknown as Row[]
}
