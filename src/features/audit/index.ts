export { noteExport, noteHandover } from './handovers'
export { noteRefusal, noteStranger, refusedOften, type Stranger } from './refusals'
export { verifyAudit } from './verify'
