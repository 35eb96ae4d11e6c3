import { queryOf, router } from '../../trpc/procedures'
import { AuditPage } from './schemas'
import { listAuditEntries } from './service'

export const auditRouter = router({
  list: queryOf(listAuditEntries, {
    method: 'GET',
    path: '/audit',
    summary: 'List the audit log',
    tag: 'Audit',
    output: AuditPage,
  }),
})
