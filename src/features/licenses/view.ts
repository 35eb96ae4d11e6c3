import type { LicenceView } from './schemas'
import type { licenses } from './tables'

type Row = typeof licenses.$inferSelect

export function toView(row: Row): LicenceView {
  return {
    id: row.id,
    serial: row.serial,
    platform: row.platform,
    product: row.product,
    licId: row.licId,
    issuedAt: row.issuedAt?.toISOString() ?? null,
    validUntil: row.validUntil?.toISOString() ?? null,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    fileName: row.fileName,
    format: row.format,
    state: row.state,
    importedBy: row.importedBy,
    importedAt: row.importedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endedBy: row.endedBy,
  }
}

export function subjectOf(row: Pick<Row, 'id' | 'licId' | 'serial'>) {
  return { kind: 'license', id: row.id, label: `${row.licId} (${row.serial})` }
}
