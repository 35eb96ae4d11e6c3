export {
  type DoorTerminal,
  findDoorTerminals,
  loadDoorTerminals,
  streamDoorTerminals,
} from './door'
export { enrollTerminal, firstUseOfToken, rotateToken } from './service/enroll'
export { isVisible, requireWithinLimits, visibleTerminals } from './visibility'
