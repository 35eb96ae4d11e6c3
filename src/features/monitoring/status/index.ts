export { type AcceptedStatus, acceptStatuses, type ReportedStatus } from './accept'
export { clockSkewMs, nextCheckInSeconds } from './decide'
export { type PresenceRow, writePresence } from './presence'
export { CheckIn } from './schemas'
