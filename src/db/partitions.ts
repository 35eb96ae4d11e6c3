import type { RawSql } from './client'

/**
 * Drops the partitions whose every row is older than so many days, the oldest first, each in a commit of its own, for a drop
 * locks the whole table.
 * @returns how many were dropped
 * @throws the driver's error 55P03 where somebody held the table for longer than a moment: the next run goes on.
 */
export async function dropOldPartitions(
  sql: RawSql,
  parent: 'pos_log' | 'status_history',
  keepDays: number,
): Promise<number> {
  for (let dropped = 0; ; dropped++) {
    const [row] = await sql<{ name: string | null }[]>`
      select psm_drop_old_partition(${parent}, ${keepDays}::int) as name`
    if (!row?.name) return dropped
  }
}
