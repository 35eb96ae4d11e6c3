import { momentText } from '../../../core/moment'
import type { Position, Row } from './find'
import type { PosLogEntry } from './schemas'

/** An entry's place in the log as one text: its time and its number. */
export function entryIdOf({ atMs, id }: Position): string {
  return `${atMs.toString(36)}-${id.toString(36)}`
}

/** Undefined for what `entryIdOf` has not made. */
export function positionOf(entryId: string): Position | undefined {
  const [, at = '', number = ''] = /^([0-9a-z]{1,9})-([0-9a-z]{1,11})$/.exec(entryId) ?? []
  const [atMs, id] = [Number.parseInt(at, 36), Number.parseInt(number, 36)]
  return Number.isSafeInteger(atMs) && Number.isSafeInteger(id) ? { atMs, id } : undefined
}

export function viewOf({ atMs, id, lastMs, ...row }: Row): PosLogEntry {
  return { entryId: entryIdOf({ atMs, id }), at: momentText(atMs), lastAt: momentText(lastMs), ...row }
}
