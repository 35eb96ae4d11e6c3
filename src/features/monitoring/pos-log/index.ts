export { openPosLog } from './open'
