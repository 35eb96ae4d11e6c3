export type { AlertEvent } from './lists'
export { newestAlertEvent, readAlertEvents } from './read-events'
