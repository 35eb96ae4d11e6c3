import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import { alarmedTerminals, hasAlarm, MISMATCH_ALARMS, OTHER_ALARMS } from '../../keys'
import { endingLicences, hasEnding } from '../../licenses'
import { cardFindingsSince, hasCardFindingSince } from '../../monitoring/card-findings'
import { connectivityIs, heard, IN_SERVICE, SEEN_AT } from '../../monitoring/status'
import type { AlertKind } from '../lists'
import type { Rule } from '../rules'

/** What a source is asked with. */
export interface Look {
  ctx: Ctx
  rule: Rule
  now: Date
  /** Who has not spoken since then has nothing new to say; undefined: look at all. */
  since: Date | undefined
}

/**
 * Where terminals in a condition come from. `candidates`: ids (`terminal_id`) of those in service that are bad now, and since
 * when (`since`), found by an index. `isBad` and `isGood` ask a terminal that is at hand, a row `terminals` with its
 * presence `p`; where neither holds, it is between the two, or nothing is known.
 */
export interface TerminalSource {
  candidates: SQL
  isBad: SQL
  isGood: SQL
}

const DAY_MS = 86_400_000
const MEBIBYTE = 1024 * 1024
const daysFrom = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS)

function lost({ ctx, now }: Look): TerminalSource {
  const { lateIntervals } = ctx.settings.terminals
  const [branch] = heard('lost', now, lateIntervals).branches ?? []
  if (branch === undefined) throw new Error('Terminals that are lost are found by no index.')
  const isLost = connectivityIs('lost', now, lateIntervals)
  return {
    candidates: sql`select p.terminal_id,
        p.last_seen_at + make_interval(secs => p.next_check_in_seconds::float8 * ${lateIntervals}::float8) as since
      from ${branch.from} join terminals on terminals.id = p.terminal_id
      where ${branch.where} and ${IN_SERVICE}`,
    isBad: isLost,
    isGood: sql`not (${isLost})`,
  }
}

/** A figure that terminals send with each check-in: only who has spoken since is looked at. */
function vital({ now, since }: Look, isBad: SQL, isGood: SQL): TerminalSource {
  const spoken = since === undefined ? sql`true` : sql`${SEEN_AT} > ${since.toISOString()}::timestamptz`
  return {
    candidates: sql`select p.terminal_id, ${now.toISOString()}::timestamptz as since
      from terminal_presence p join terminals on terminals.id = p.terminal_id
      where ${spoken} and ${isBad} and ${IN_SERVICE}`,
    isBad,
    isGood,
  }
}

const BATTERY = sql`(p.vitals #>> '{battery,percent}')::float8`
const IS_CHARGING = sql`coalesce((p.vitals #>> '{battery,charging}')::boolean, false)`
const FREE_BYTES = sql`(p.vitals ->> 'freeBytes')::float8`

const battery = (look: Look) =>
  vital(
    look,
    // One that stands in its cradle is looked after.
    sql`${BATTERY} < ${look.rule.threshold}::float8 and not ${IS_CHARGING}`,
    sql`${BATTERY} >= ${look.rule.clearThreshold}::float8`,
  )

const storage = (look: Look) =>
  vital(
    look,
    sql`${FREE_BYTES} < ${look.rule.threshold}::float8 * ${MEBIBYTE}::float8`,
    sql`${FREE_BYTES} >= ${look.rule.clearThreshold}::float8 * ${MEBIBYTE}::float8`,
  )

/** Of a list of ids, and the same asked of one. */
function listed(candidates: SQL, isBad: SQL): TerminalSource {
  return {
    candidates: sql`select found.terminal_id, found.since from (${candidates}) found
      join terminals on terminals.id = found.terminal_id where ${IN_SERVICE}`,
    isBad,
    isGood: sql`not (${isBad})`,
  }
}

function expiring({ now, rule }: Look): TerminalSource {
  const days = rule.threshold ?? 0
  const when = { after: now, until: daysFrom(now, days) }
  return listed(
    sql`select e.terminal_id, e.ends_at - make_interval(secs => ${days * 86_400}::float8) as since from (${endingLicences(when)}) e`,
    hasEnding(when),
  )
}

function expired({ now }: Look): TerminalSource {
  const when = { until: now }
  return listed(
    sql`select e.terminal_id, e.ends_at as since from (${endingLicences(when)}) e`,
    hasEnding(when),
  )
}

function leaking({ now, rule }: Look): TerminalSource {
  const since = daysFrom(now, -(rule.threshold ?? 0))
  return listed(cardFindingsSince(since), hasCardFindingSince(since))
}

const alarmed = (alarms: typeof MISMATCH_ALARMS) => listed(alarmedTerminals(alarms), hasAlarm(alarms))

/** By kind; a kind that is not here is not about terminals. */
export const TERMINAL_SOURCES: Readonly<Partial<Record<AlertKind, (look: Look) => TerminalSource>>> = {
  'terminal-lost': lost,
  'battery-low': battery,
  'storage-low': storage,
  'licence-expiring': expiring,
  'licence-expired': expired,
  'card-data-found': leaking,
  'key-mismatch': () => alarmed(MISMATCH_ALARMS),
  'key-failure': () => alarmed(OTHER_ALARMS),
}
