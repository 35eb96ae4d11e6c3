import type { KeyFileRow } from '../moves'
import type { KeyFileView } from './schemas'

/** What may be shown of a file: everything but its bytes and how they are sealed. */
export function toFileView(file: KeyFileRow, serial: string): KeyFileView {
  return {
    id: file.id,
    terminalId: file.terminalId,
    serial,
    sequence: file.sequence,
    kind: file.kind,
    batch: file.batch,
    depositor: file.depositorName,
    depositedAt: file.depositedAt.toISOString(),
    sha256: file.sha256,
    sizeBytes: file.sizeBytes,
    state: file.state,
    stateAt: file.stateAt.toISOString(),
    reason: file.reason,
    notAfter: file.notAfter?.toISOString() ?? null,
    approvedBy: file.approvedBy,
    retryAt: file.retryAt?.toISOString() ?? null,
    fetches: file.leaseFetches,
    leaseUntil: file.leaseUntil?.toISOString() ?? null,
    reoffers: file.reoffers,
    slots: file.slots,
    transportKcv: file.transportKcv,
    warnings: file.warnings,
    reportedKcvs: file.reportedKcvs,
    isPurged: file.purgedAt !== null,
  }
}
