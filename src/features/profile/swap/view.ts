import type { swaps } from '../tables'
import type { SwapView } from './schemas'

type Row = Omit<typeof swaps.$inferSelect, 'before'>

export function toSwapView(row: Row & { oldSerial: string; newSerial: string }): SwapView {
  return {
    id: row.id,
    old: { terminalId: row.oldTerminalId, serial: row.oldSerial },
    new: { terminalId: row.newTerminalId, serial: row.newSerial },
    reason: row.reason,
    byName: row.byName,
    at: row.at.toISOString(),
    undoUntil: row.undoUntil.toISOString(),
    undoneAt: row.undoneAt?.toISOString() ?? null,
    retireAt: row.retireAt?.toISOString() ?? null,
    retiredAt: row.retiredAt?.toISOString() ?? null,
    keysRequested: row.keysRequested,
  }
}
