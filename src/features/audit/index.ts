export { verifyAudit } from './verify'
