import { type SQL, sql } from 'drizzle-orm'
import { connectivityIs, type StatusFilter } from '../status'
import { CONNECTIVITY } from '../status/lists'

/** The parts of a value, such as a name and a version; null: the terminal does not say. */
export type Value = readonly (string | null)[]

/** When it is counted, and what the settings say of that. */
export interface Moment {
  now: Date
  soon: Date
  lateIntervals: number
}

/**
 * What the fleet is told apart by. To add one: an entry here, and its words in `src/i18n/*\/analysis.ts`. An entry says
 * what a terminal counts under, and the filter by which Monitoring > Status lists the terminals of a value: both must
 * mean the same, which a test asks of every value of every entry.
 */
export type Dimension = {
  id: string
  /** Narrows the list to the terminals of a value. Absent: nothing can, and the value leads nowhere. */
  filterOf(value: Value, subject: string | null): FilterPart
} & (
  | {
      /** Columns of the terminal's row, joined in count.ts; together they are the value. */
      columns(at: Moment): readonly SQL[]
      /** Terminals that nobody waits for count too. */
      isOfAll?: boolean
    }
  | {
      /**
       * For what a terminal has several of: statement that gives `subject`, `value` and `terminals` for the source
       * (a `from` and a `where` over rows `terminals` and `s`).
       */
      rows(source: { from: SQL; where: SQL }): SQL
    }
)

export type FilterPart = Partial<StatusFilter>

const text = (column: SQL) => sql`nullif(${column}, '')`

export const DIMENSIONS: readonly Dimension[] = [
  {
    id: 'connectivity',
    columns: ({ now, lateIntervals }) => {
      const cases = CONNECTIVITY.map(
        (one) => sql`when ${connectivityIs(one, now, lateIntervals)} then ${one}::text`,
      )
      return [sql`case ${sql.join(cases, sql` `)} end`]
    },
    filterOf: ([value]) => ({ connectivity: value as StatusFilter['connectivity'] }),
  },
  {
    id: 'state',
    isOfAll: true,
    columns: () => [sql`terminals.state`],
    filterOf: ([value]) => ({ state: value as StatusFilter['state'] }),
  },
  {
    id: 'platform',
    columns: () => [sql`terminals.platform`],
    filterOf: ([value]) => ({ platform: value as StatusFilter['platform'] }),
  },
  {
    id: 'model',
    columns: () => [text(sql`s.model`)],
    filterOf: ([value]) => (value == null ? { unreported: 'model' } : { model: value }),
  },
  {
    id: 'application',
    columns: () => {
      const isWhole = sql`s.app_name <> '' and s.app_version <> ''`
      return [sql`case when ${isWhole} then s.app_name end`, sql`case when ${isWhole} then s.app_version end`]
    },
    filterOf: ([name, version]) =>
      name == null || version == null
        ? { unreported: 'application' }
        : { appName: name, appVersion: version },
  },
  {
    id: 'os',
    columns: () => [text(sql`s.os`)],
    filterOf: ([value]) => (value == null ? { unreported: 'os' } : { os: value }),
  },
  {
    id: 'component',
    // Terminals of one make say the same: what they say is counted first, and taken apart but once.
    rows: ({ from, where }) => sql`
      select e.subject, e.value, sum(c.terminals)::int as terminals
      from (select s.components, count(*) as terminals ${from}
        where ${where} and s.components is not null group by 1) c
      cross join lateral (select distinct one ->> 'name' as subject, one ->> 'version' as value
        from jsonb_array_elements(case when jsonb_typeof(c.components) = 'array' then c.components else '[]' end) one) e
      where e.subject is not null and e.value is not null group by 1, 2`,
    filterOf: ([value], subject) => ({
      component: subject ?? undefined,
      componentVersion: value ?? undefined,
    }),
  },
  {
    id: 'network',
    columns: () => [text(sql`s.network_type`)],
    filterOf: ([value]) => (value == null ? { unreported: 'networkType' } : { networkType: value }),
  },
  {
    id: 'operator',
    columns: () => [text(sql`s.network_operator`)],
    filterOf: ([value]) => (value == null ? { unreported: 'networkOperator' } : { networkOperator: value }),
  },
  {
    id: 'license',
    columns: ({ now, soon }) => [
      sql`coalesce(y.kind, case when e.ends <= ${now.toISOString()}::timestamptz then 'expired'
        when e.ends <= ${soon.toISOString()}::timestamptz then 'expiring' else 'held' end)`,
    ],
    filterOf: ([value]) => ({ license: value as StatusFilter['license'] }),
  },
  {
    id: 'update',
    columns: () => [sql`coalesce(u.state, 'none')`],
    filterOf: ([value]) => ({ update: value as StatusFilter['update'] }),
  },
  {
    id: 'failure',
    rows: ({ from, where }) => sql`
      select null::text as subject, a.reason as value, count(distinct terminals.id)::int as terminals
      ${from} join terminal_latest_actions a on a.terminal_id = terminals.id
      where ${where} and a.reason is not null group by 2`,
    filterOf: ([value]) => ({ failure: value as StatusFilter['failure'] }),
  },
  {
    id: 'appSet',
    columns: () => [
      sql`(select x.name from app_connections c join app_sets x on x.id = c.set_id
        where c.terminal_id = terminals.id)`,
    ],
    filterOf: ([value]) => (value == null ? { hasAppSet: false } : { appSet: value }),
  },
]
