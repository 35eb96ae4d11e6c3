export {
  type DoorTerminal,
  findDoorTerminals,
  loadDoorTerminals,
  streamDoorTerminals,
} from './door'
export { terminalNotFound } from './errors'
export { enrollTerminal, firstUseOfToken, rotateToken } from './service/enroll'
export { findVisibleBySerial, isVisible, requireWithinLimits, visibleTerminals } from './visibility'
