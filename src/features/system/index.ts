export { type Heartbeat, startHeartbeat } from './heartbeat'
