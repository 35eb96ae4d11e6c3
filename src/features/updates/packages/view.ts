import type { AuditSubject } from '../../../core/verb'
import type { PackageSummary } from './schemas'
import type { packages } from './tables'

type Row = typeof packages.$inferSelect

export function toSummary(row: Row): PackageSummary {
  return {
    id: row.id,
    platform: row.platform as PackageSummary['platform'],
    component: row.component,
    version: row.version,
    models: row.models,
    fromVersion: row.fromVersion,
    kind: row.kind,
    fileCount: row.fileCount,
    sizeBytes: row.sizeBytes,
    warnings: row.warnings,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
  }
}

export function subjectOf(row: Pick<Row, 'id' | 'platform' | 'component' | 'version'>): AuditSubject {
  return { kind: 'package', id: row.id, label: `${row.platform} ${row.component} ${row.version}` }
}
