import { queryOf, router } from '../../trpc/procedures'
import { AuditEntryView, AuditPage, AuditVerification } from './schemas'
import { getAuditEntry, listAuditEntries } from './service'
import { verifyAudit } from './verify'

export const auditRouter = router({
  list: queryOf(listAuditEntries, {
    method: 'GET',
    path: '/audit',
    summary: 'List the audit log',
    tag: 'Audit',
    output: AuditPage,
  }),
  verify: queryOf(verifyAudit, {
    method: 'GET',
    path: '/audit/verification',
    summary: 'Verify the chain of the audit log, part by part',
    tag: 'Audit',
    output: AuditVerification,
  }),
  get: queryOf(getAuditEntry, {
    method: 'GET',
    path: '/audit/{seq}',
    summary: 'Show an entry of the audit log',
    tag: 'Audit',
    output: AuditEntryView,
  }),
})
