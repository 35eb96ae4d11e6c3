export { type NamedTid, readNamesCsv } from './csv-names'
export {
  type DoorTerminal,
  findDoorTerminals,
  loadDoorTerminals,
  streamDoorTerminals,
} from './door'
export { merchantNotFound, outsideYourLimits, terminalNotFound } from './errors'
export { issueEnrollmentCode } from './service/codes'
export { enrollTerminal, firstUseOfToken, rotateToken } from './service/enroll'
export { findTerminalBySerial, loadTerminal } from './service/find'
export { applyTerminalImport, previewTerminalImport } from './service/import'
export { changeTerminals, judgeTerminals } from './service/many'
export { listGroups } from './service/places'
export { registerTerminal, requirePlaces } from './service/register'
export {
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from './service/states'
export { findVisibleBySerial, isVisible, visibleTerminals } from './visibility'
