import type { SwapView } from '../../swap/schemas'

/** Whether a swap can still be taken back, so far as the page knows. */
export function canUndo(
  { undoneAt, undoUntil, retiredAt }: Pick<SwapView, 'undoneAt' | 'undoUntil' | 'retiredAt'>,
  nowMs: number,
): boolean {
  return undoneAt === null && retiredAt === null && new Date(undoUntil).getTime() > nowMs
}
