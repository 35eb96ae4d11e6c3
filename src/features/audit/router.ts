import { queryOf, router } from '../../trpc/procedures'
import { AuditPage, AuditVerification } from './schemas'
import { listAuditEntries } from './service'
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
})
