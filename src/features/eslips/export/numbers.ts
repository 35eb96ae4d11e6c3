import { sql } from 'drizzle-orm'
import type { RawSql } from '../../../db/client'
import { runPrepared } from '../../../db/prepared'
import { windowsOf } from '../search'

type Window = Awaited<ReturnType<typeof windowsOf>>[number]

/**
 * The highest number of a slip in the database, all below which are committed; 0 where there is none. Windows are read one
 * after another, so a lower number may have come into one that was read already: what is read from now on has it.
 */
export async function newestNumber(db: RawSql, windows?: readonly Window[]): Promise<number> {
  let newest = 0
  for (const window of windows ?? (await windowsOf(db, {}))) {
    const [tip] = await runPrepared<{ seq: number | null }>(
      db,
      sql`select max(s.seq)::float8 as seq from eslips s where ${window.holds}`,
    )
    newest = Math.max(newest, tip?.seq ?? 0)
  }
  return newest
}

export interface NumbersRead {
  /** Windows with slips of the run, each with its period. */
  windows: readonly Window[]
  /** Every number up to this one is in the run. */
  toSeq: number
  hasMore: boolean
}

/**
 * Which slips follow a number: at most `most`, in the order of their numbers, wherever they are filed. First how far is
 * looked, then every window: a number that is committed meanwhile is higher, and left to the next run.
 */
export async function numbersAfter(db: RawSql, afterSeq: number, most: number): Promise<NumbersRead> {
  // The oldest first: most low numbers are there, and what is above them need not be read of the others.
  const windows = (await windowsOf(db, {})).reverse()
  let end = await newestNumber(db, windows)
  if (end <= afterSeq) return { windows: [], toSeq: afterSeq, hasMore: false }
  const newest = end
  const hits: Window[] = []
  let numbers: number[] = []
  for (const window of windows) {
    const found = await runPrepared<{ seq: number }>(
      db,
      sql`select s.seq::float8 as seq from eslips s where ${window.holds} and s.seq > ${afterSeq} and s.seq <= ${end}
        order by s.seq limit ${most}`,
    )
    if (found.length === 0) continue
    hits.push(window)
    numbers = [...numbers, ...found.map(({ seq }) => seq)].sort((a, b) => a - b).slice(0, most)
    if (numbers.length === most) end = numbers.at(-1) ?? end
  }
  return { windows: hits, toSeq: end, hasMore: end < newest }
}
