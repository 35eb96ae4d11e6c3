import { failure } from '../../core/errors'

export const systemBeyondLimits = failure(
  'forbidden',
  'system_beyond_limits',
  'The server serves everybody: callers with limits do not see its settings and its health.',
)
export const serverNotRunning = failure(
  'unavailable',
  'server_not_running',
  'Only a running server can say this. Ask one over HTTP.',
)
