import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../../core/context'
import { decodeCursor, encodeCursor } from '../../../../core/paging'
import { findTerminals } from '../../../monitoring/status'
import { visibleTerminals } from '../../../terminals'
import type { ChosenTerminals } from '../schemas'
import { placeOf } from './find'

/** A terminal, and where it stands in the order in which terminals are read. */
export interface Chosen {
  terminalId: string
  serial: string
  at: string
}

interface Batch {
  rows: readonly Chosen[]
  nextCursor: string | null
}

/** Batches of chosen terminals that the caller sees, each once, in an order that stays. */
export interface Source {
  read(cursor: string | undefined, limit: number): Promise<Batch>
  /** Of those named one by one: how many the caller does not have. */
  notFound: number
}

export async function openSource(
  ctx: Ctx,
  chosen: ChosenTerminals,
  ruleId: string | undefined,
): Promise<Source> {
  if ('filter' in chosen) return byFilter(ctx, chosen.filter)
  if ('assigned' in chosen) return byAssignment(ctx, ruleId ?? '')
  return 'tids' in chosen ? byTids(ctx, chosen.tids) : byIds(ctx, chosen.terminalIds)
}

function byFilter(ctx: Ctx, filter: Extract<ChosenTerminals, { filter: unknown }>['filter']): Source {
  return {
    notFound: 0,
    async read(cursor, limit) {
      const order = { sort: 'serial', direction: 'asc' } as const
      const { ids, nextCursor } = await findTerminals(ctx, filter, order, { cursor, limit, isFull: false })
      const rows = await ctx.db.execute<{ id: string; serial: string }>(sql`
        select id, serial from terminals where id = any(${sql.param(ids)}::uuid[])`)
      const serials = new Map(rows.map(({ id, serial }) => [id, serial]))
      return { rows: ids.map((id) => chosenBySerial(id, serials.get(id) ?? '')), nextCursor }
    },
  }
}

const chosenBySerial = (terminalId: string, serial: string): Chosen => ({ terminalId, serial, at: serial })

const After = z.tuple([z.uuid()])

/**
 * Walks the assignments of a rule by their index. A terminal with several TIDs that are assigned is counted where the
 * first of them is.
 */
function byAssignment(ctx: Ctx, ruleId: string): Source {
  const isFirst = sql`not exists (
      select from terminal_tids i
      join update_assignments o on o.tid = i.tid and o.acquirer = i.acquirer and o.rule_id = ${ruleId}
      where i.terminal_id = place.terminal_id and i.is_live and o.id < a.id)
    and not exists (
      select from update_assignments o
      where o.terminal_id = place.terminal_id and o.rule_id = ${ruleId} and o.id < a.id)`
  return {
    notFound: 0,
    async read(cursor, limit) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, After)[0]
      const rows = await ctx.db.execute<{ at: string; terminalId: string | null; serial: string | null }>(sql`
        select a.id as at, seen.id as "terminalId", seen.serial from (
          select * from update_assignments
          where rule_id = ${ruleId} and ${after === undefined ? sql`true` : sql`id > ${after}`}
          order by id limit ${limit}) a
        left join lateral (
          select terminals.id, terminals.serial from (${placeOf}) place
          join terminals on terminals.id = place.terminal_id
          where ${visibleTerminals(ctx)} and ${isFirst} limit 1) seen on true
        order by a.id`)
      const last = rows.at(-1)
      return {
        rows: rows.flatMap(({ at, terminalId, serial }) =>
          terminalId === null || serial === null ? [] : [{ at, terminalId, serial }],
        ),
        nextCursor: rows.length < limit || last === undefined ? null : encodeCursor([last.at]),
      }
    },
  }
}

async function byTids(ctx: Ctx, tids: readonly string[]): Promise<Source> {
  const wanted = [...new Set(tids)]
  const rows = await ctx.db.execute<{ id: string; serial: string; tid: string }>(sql`
    select terminals.id, terminals.serial, k.tid from unnest(${sql.param(wanted)}::text[]) w(tid)
    join terminal_tids k on k.tid = w.tid and k.is_live
    join terminals on terminals.id = k.terminal_id where ${visibleTerminals(ctx)}`)
  return named(rows, wanted.length - new Set(rows.map(({ tid }) => tid)).size)
}

async function byIds(ctx: Ctx, terminalIds: readonly string[]): Promise<Source> {
  const wanted = [...new Set(terminalIds)]
  const rows = await ctx.db.execute<{ id: string; serial: string }>(sql`
    select id, serial from terminals where id = any(${sql.param(wanted)}::uuid[]) and ${visibleTerminals(ctx)}`)
  return named(rows, wanted.length - rows.length)
}

const AfterSerial = z.tuple([z.string().max(128)])

function named(found: readonly { id: string; serial: string }[], notFound: number): Source {
  const bySerial = new Map(found.map(({ id, serial }) => [serial, id]))
  const all = [...bySerial].sort(([one], [other]) => (one < other ? -1 : 1))
  return {
    notFound,
    async read(cursor, limit) {
      const after = cursor === undefined ? '' : decodeCursor(cursor, AfterSerial)[0]
      const rest = all.filter(([serial]) => serial > after)
      const rows = rest.slice(0, limit).map(([serial, id]) => chosenBySerial(id, serial))
      const last = rows.at(-1)
      return {
        rows,
        nextCursor: rest.length > limit && last !== undefined ? encodeCursor([last.serial]) : null,
      }
    },
  }
}
