export { noteExport, noteHandover } from './handovers'
export { noteRefusal, noteStranger, refusedOften } from './refusals'
export { verifyAudit } from './verify'
