export { AuditPage, ListAuditInput } from './schemas'
export { listAuditEntries } from './service'
