export { type NamedTid, type NamedTwice, readNamesCsv } from './csv-names'
export { isLive, judgeTransition, mayEnroll } from './decide'
export { type DoorTerminal, findDoorTerminals, loadDoorTerminals, streamDoorTerminals } from './door'
export {
  groupNotFound,
  merchantNotFound,
  outsideYourLimits,
  registrationRefused,
  terminalNotFound,
} from './errors'
export type { TerminalState } from './lists'
export { isDuplicate } from './queries'
export { grantCode, issueEnrollmentCode } from './service/codes'
export { enrollTerminal, firstUseOfToken, rotateToken } from './service/enroll'
export { findTerminalBySerial, loadTerminal } from './service/find'
export { applyTerminalImport, previewTerminalImport } from './service/import'
export { changeTerminals, judgeTerminals } from './service/many'
export { listGroups } from './service/places'
export { addTerminal, registerTerminal, requirePlaces, subjectOf } from './service/register'
export {
  holdPlaces,
  lockStandings,
  moveTids,
  type Place,
  type Standing,
  type StandingTerminal,
  setPlace,
  setReopened,
  standingOf,
} from './service/standing'
export {
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  revokeTerminal,
  setState,
  suspendTerminal,
} from './service/states'
export {
  findVisibleBySerial,
  isVisible,
  seesGroup,
  seesMerchant,
  visibleTerminals,
  withinVisibility,
} from './visibility'
