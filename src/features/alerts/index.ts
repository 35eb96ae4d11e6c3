export type { AlertEvent } from './lists'
export { newestAlertEvent, readAlertEvents } from './read-events'
export { scopesOfAlerts } from './sight'
export { alertTotals } from './totals'
