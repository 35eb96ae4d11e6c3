import type { Entry, Gap } from './words'

/** A row of the log: what a terminal asked, or where requests are missing. */
export type LogRow = { id: string; at: string } & (
  | { entry: Entry; gap?: undefined }
  | { gap: Gap; entry?: undefined }
)

/** Entries and holes as one list, the newest first; a hole stands where it ended. */
export function rowsOf(entries: readonly Entry[], gaps: readonly Gap[]): LogRow[] {
  const rows: LogRow[] = [
    ...entries.map((entry): LogRow => ({ id: entry.entryId, at: entry.at, entry })),
    ...gaps.map((gap): LogRow => ({ id: `gap ${gap.from} ${gap.to}`, at: gap.to, gap })),
  ]
  return rows.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
}
