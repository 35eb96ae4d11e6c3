import { type SQL, sql } from 'drizzle-orm'
import { type Ctx, visibilityOf } from '../../../core/context'
import { escapeLike } from '../../../core/like'
import { visibleTerminals } from '../../terminals'
import { alerted, connected, failedBecause, inAppSet, licensed, updated } from './attached'
import { connectivityIs } from './connectivity'
import type { Connectivity, Unreported } from './lists'
import type { StatusFilter } from './schemas'

/** Rows of one table that a condition of the filter picks by an index. */
export interface Branch {
  from: SQL
  where: SQL
  terminalId: SQL
  /** Where the index goes on in the order of serial numbers. */
  serial?: SQL
}

/** What a condition has to be asked of: the row of the registry, of the status (`s`), of the presence (`p`). */
export type Side = 'terminals' | 'status' | 'presence'

/**
 * One condition in its two forms. `holds` asks it of a terminal that is at hand. `branches` name the terminals it holds
 * for, together, from indexes; absent where no index can: then it is only asked.
 */
export interface Condition {
  holds: SQL
  side: Side | 'none'
  branches?: readonly Branch[]
  /** Asked of an index on serial numbers as it is read, where the branches are too many to be looked up. */
  alongSerials?: SQL
}

export interface FilterContext extends Pick<Ctx, 'actor' | 'settings'> {
  now: Date
}

/** The conditions of a filter, what the caller may see among them. All must hold. */
export function conditionsOf(ctx: FilterContext, filter: StatusFilter): Condition[] {
  const { now, settings } = ctx
  const found: (Condition | undefined)[] = [
    within(ctx),
    filter.search ? searched(filter.search) : undefined,
    filter.groupId === undefined ? undefined : inGroup(filter.groupId),
    filter.merchantId === undefined ? undefined : registered(sql`merchant_id`, filter.merchantId),
    reported(filter),
    filter.model === undefined ? undefined : said(sql`s.model = ${filter.model}`),
    contradicting(filter.hasMismatch),
    leaking(filter.hasCardFinding),
    filter.silentForHours === undefined ? undefined : silentSince(now, filter.silentForHours),
    filter.connectivity === undefined
      ? undefined
      : heard(filter.connectivity, now, settings.terminals.lateIntervals),
    filter.platform === undefined ? undefined : registered(sql`platform`, filter.platform),
    filter.state === undefined ? undefined : registered(sql`state`, filter.state),
    filter.os === undefined ? undefined : said(sql`s.os = ${filter.os}`),
    filter.networkType === undefined ? undefined : said(sql`s.network_type = ${filter.networkType}`),
    filter.networkOperator === undefined
      ? undefined
      : said(sql`s.network_operator = ${filter.networkOperator}`),
    withComponent(filter),
    filter.license === undefined ? undefined : licensed(filter.license, now),
    filter.update === undefined ? undefined : updated(filter.update),
    filter.failure === undefined ? undefined : failedBecause(filter.failure),
    filter.appSet === undefined ? undefined : inAppSet(filter.appSet),
    filter.hasAppSet === undefined ? undefined : connected(filter.hasAppSet),
    filter.unreported === undefined ? undefined : silentOn(filter.unreported),
    filter.alertId === undefined ? undefined : alerted(filter.alertId),
    serving(filter.inService),
  ]
  return found.filter((one) => one !== undefined)
}

function registered(column: SQL, value: string): Condition {
  return {
    holds: sql`terminals.${column} = ${value}`,
    side: 'terminals',
    branches: [{ ...OF_REGISTRY, where: sql`t.${column} = ${value}` }],
  }
}

const OF_REGISTRY = { from: sql`terminals t`, terminalId: sql`t.id`, serial: sql`t.serial` }

function inGroup(groupId: string): Condition {
  return {
    holds: sql`exists (select from terminal_group_members g where g.terminal_id = w.id and g.group_id = ${groupId})`,
    side: 'none',
    branches: [memberOf(groupId)],
  }
}

const memberOf = (groupId: string): Branch => ({
  from: sql`terminal_group_members g`,
  where: sql`g.group_id = ${groupId}`,
  terminalId: sql`g.terminal_id`,
  serial: sql`g.serial`,
})

/** What the caller's limits leave; undefined without limits. */
function within(ctx: FilterContext): Condition | undefined {
  const visibility = visibilityOf(ctx.actor)
  if (visibility.kind === 'all') return undefined
  return {
    holds: visibleTerminals(ctx),
    side: 'terminals',
    branches: [
      ...visibility.groupIds.map(memberOf),
      ...visibility.merchantIds.map((id) => ({ ...OF_REGISTRY, where: sql`t.merchant_id = ${id}` })),
    ],
  }
}

const OF_STATUS = { from: sql`terminal_status s`, terminalId: sql`s.terminal_id`, serial: sql`s.serial` }

function said(holds: SQL): Condition {
  return { holds, side: 'status', branches: [{ ...OF_STATUS, where: holds }] }
}

function reported({ appName, appVersion }: StatusFilter): Condition | undefined {
  if (appName === undefined)
    return appVersion === undefined ? undefined : said(sql`s.app_version = ${appVersion}`)
  if (appVersion === undefined) {
    const { serial: _serial, ...unordered } = OF_STATUS
    const holds = sql`s.app_name = ${appName}`
    return { holds, side: 'status', branches: [{ ...unordered, where: holds }] }
  }
  return said(sql`s.app_name = ${appName} and s.app_version = ${appVersion}`)
}

/** By the index of components, which is in no order. */
function withComponent({ component, componentVersion }: StatusFilter): Condition | undefined {
  if (component === undefined && componentVersion === undefined) return undefined
  const wanted = JSON.stringify([{ name: component, version: componentVersion }])
  const holds = sql`s.components @> ${wanted}::text::jsonb`
  const { serial: _serial, ...unordered } = OF_STATUS
  return { holds, side: 'status', branches: [{ ...unordered, where: holds }] }
}

/** Where a row `s` of statuses, or none, leaves something open. */
export const IS_UNREPORTED: Record<Unreported, SQL> = {
  model: sql`coalesce(s.model, '') = ''`,
  os: sql`coalesce(s.os, '') = ''`,
  application: sql`(coalesce(s.app_name, '') = '' or coalesce(s.app_version, '') = '')`,
  networkType: sql`coalesce(s.network_type, '') = ''`,
  networkOperator: sql`coalesce(s.network_operator, '') = ''`,
}

function silentOn(what: Unreported): Condition {
  return { holds: IS_UNREPORTED[what], side: 'status' }
}

/** Whether a row `terminals` is waited for. */
export const IN_SERVICE = sql`terminals.state not in ('retired', 'revoked')`

function serving(inService: boolean | undefined): Condition | undefined {
  if (inService === undefined) return undefined
  return { holds: inService ? IN_SERVICE : sql`not (${IN_SERVICE})`, side: 'terminals' }
}

function contradicting(hasMismatch: boolean | undefined): Condition | undefined {
  if (hasMismatch === undefined) return undefined
  if (hasMismatch) return said(sql`s.mismatches <> '{}'`)
  return { holds: sql`coalesce(s.mismatches, '{}') = '{}'`, side: 'status' }
}

const ofFindings = { from: sql`card_findings c`, terminalId: sql`c.terminal_id`, where: sql`true` }

function leaking(hasCardFinding: boolean | undefined): Condition | undefined {
  if (hasCardFinding === undefined) return undefined
  const found = sql`exists (select from card_findings c where c.terminal_id = w.id)`
  if (hasCardFinding) return { holds: found, side: 'none', branches: [ofFindings] }
  return { holds: sql`not ${found}`, side: 'none' }
}

/** The time at which a terminal was seen that never was: before all others. */
export const NEVER = '-infinity'
/** When a terminal was last heard of, as the index has it. */
export const SEEN_AT = sql`coalesce(p.last_seen_at, '-infinity'::timestamptz)`

const OF_PRESENCE = { from: sql`terminal_presence p`, terminalId: sql`p.terminal_id` }

const everCalled = sql`${SEEN_AT} > '-infinity'::timestamptz`
const neverCalled = sql`${SEEN_AT} = '-infinity'::timestamptz`
/** The two halves of the fleet: who has called, and who never did. */
export const SEEN: Condition = { holds: everCalled, side: 'presence' }
export const NEVER_SEEN: Condition = {
  holds: neverCalled,
  side: 'presence',
  branches: [{ ...OF_PRESENCE, where: neverCalled }],
}

function silentSince(now: Date, hours: number): Condition {
  const since = new Date(now.getTime() - hours * 3_600_000).toISOString()
  const holds = sql`${SEEN_AT} < ${since}::timestamptz and ${everCalled}`
  return { holds, side: 'presence', branches: [{ ...OF_PRESENCE, where: holds }] }
}

/** From when a terminal is late, as the index has it. */
const LATE_AT = sql`((p.last_seen_at at time zone 'UTC') + make_interval(secs => p.next_check_in_seconds * 4 / 3.0))`

/** Terminals that are connected so, by the index of who is late where there is one. */
export function heard(wanted: Connectivity, now: Date, lateIntervals: number): Condition {
  if (wanted === 'never') return NEVER_SEEN
  const holds = connectivityIs(wanted, now, lateIntervals)
  // The index has microseconds where the rule has milliseconds: it leaves room at the edge, and the rule decides.
  const room = wanted === 'online' ? -1_000 : 1_000
  const edge = sql`${new Date(now.getTime() + room).toISOString()}::timestamptz at time zone 'UTC'`
  const where = sql`${LATE_AT} ${wanted === 'online' ? sql`>` : sql`<`} ${edge} and ${holds}`
  return { holds, side: 'presence', branches: [{ ...OF_PRESENCE, where }] }
}

const MIN_PART = 3

function searched(search: string): Condition {
  const literal = escapeLike(search)
  const start = `${literal}%`
  const serial = search.length < MIN_PART ? start : `%${start}`
  const ofTids = { from: sql`terminal_tids i`, terminalId: sql`i.terminal_id` }
  const byTid = sql`i.tid like ${start}`
  const byMid = sql`i.mid like ${start} and i.mid <> ''`
  return {
    holds: sql`(terminals.serial like ${serial}
      or exists (select from terminal_tids i where i.terminal_id = w.id and (${byTid} or ${byMid})))`,
    side: 'terminals',
    branches: [
      { from: OF_REGISTRY.from, terminalId: OF_REGISTRY.terminalId, where: sql`t.serial like ${serial}` },
      { ...ofTids, where: byTid },
      { ...ofTids, where: byMid },
    ],
    alongSerials: sql`(t.serial like ${serial} or t.id in (
      select i.terminal_id from terminal_tids i where ${byTid} union all
      select i.terminal_id from terminal_tids i where ${byMid}))`,
  }
}
