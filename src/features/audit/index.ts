export { noteExport, noteHandover } from './handovers'
export { noteRefusal } from './refusals'
export { verifyAudit } from './verify'
