export type { AlertEvent } from './lists'
export { newestAlertEvent, readAlertEvents } from './read-events'
export { alertTotals } from './totals'
