import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { query } from '../../../core/verb'
import { visibleTerminals } from '../../terminals'

export const FACETS_MAX = 200

export const StatusFacets = z.object({
  models: z.array(z.string()),
  systems: z.array(z.string()),
  networkTypes: z.array(z.string()),
  networkOperators: z.array(z.string()),
  appVersions: z.array(z.object({ appName: z.string().nullable(), appVersion: z.string().nullable() })),
  isCut: z.boolean().describe(`There are more than ${FACETS_MAX} of one kind; the first are listed.`),
})

/** What can be filtered by: the models, versions and networks that terminals report. A caller with limits gets those of its own. */
export const listStatusFacets = query({ permission: 'status:read', input: z.object({}) }, async (ctx) => {
  const isLimited = visibilityOf(ctx.actor).kind === 'limited'
  const values = async (column: SQL) =>
    (await rowsOf<{ value: string }>(ctx, isLimited ? ownValues(ctx, column) : allValues(column))).map(
      ({ value }) => value,
    )
  const found = {
    models: await values(sql`model`),
    systems: await values(sql`os`),
    networkTypes: await values(sql`network_type`),
    networkOperators: await values(sql`network_operator`),
    appVersions: await rowsOf<AppVersion>(ctx, isLimited ? ownVersions(ctx) : allVersions),
  }
  return {
    models: found.models.slice(0, FACETS_MAX),
    systems: found.systems.slice(0, FACETS_MAX),
    networkTypes: found.networkTypes.slice(0, FACETS_MAX),
    networkOperators: found.networkOperators.slice(0, FACETS_MAX),
    appVersions: found.appVersions.slice(0, FACETS_MAX),
    isCut: Object.values(found).some((list) => list.length > FACETS_MAX),
  }
})

interface AppVersion {
  appName: string | null
  appVersion: string | null
}
const LIMIT = FACETS_MAX + 1

/** From one value to the next by the column's index, so that it costs what there are of values and not of terminals. */
const allValues = (column: SQL) => sql`
  with recursive found as (
    (select ${column} as value from terminal_status where ${column} is not null order by ${column} limit 1)
    union all
    select (select s.${column} from terminal_status s where s.${column} > found.value order by s.${column} limit 1)
    from found where found.value is not null)
  select value from found where value is not null limit ${LIMIT}`

/** The same by two columns. */
const allVersions = sql`
  with recursive found as (
    (select app_name, app_version from terminal_status
      where app_name is not null and app_version is not null order by app_name, app_version limit 1)
    union all
    select next.app_name, next.app_version from found cross join lateral (
      select s.app_name, s.app_version from terminal_status s
      where (s.app_name, s.app_version) > (found.app_name, found.app_version) and s.app_version is not null
      order by s.app_name, s.app_version limit 1) next)
  select app_name as "appName", app_version as "appVersion" from found limit ${LIMIT}`

const ofOwn = (ctx: Ctx) =>
  sql`from terminals join terminal_status s on s.terminal_id = terminals.id where ${visibleTerminals(ctx)}`

const ownValues = (ctx: Ctx, column: SQL) => sql`
  select distinct s.${column} as value ${ofOwn(ctx)} and s.${column} is not null order by 1 limit ${LIMIT}`

const ownVersions = (ctx: Ctx) => sql`
  select distinct s.app_name as "appName", s.app_version as "appVersion" ${ofOwn(ctx)}
    and s.app_name is not null and s.app_version is not null order by 1, 2 limit ${LIMIT}`

async function rowsOf<Row>(ctx: Ctx, statement: SQL): Promise<Row[]> {
  return (await ctx.db.execute(statement)) as unknown as Row[]
}
