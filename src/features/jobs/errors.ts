import { failure } from '../../core/errors'

export const jobNotFound = failure('not_found', 'job_not_found', 'No server knows a job of this name.')
export const jobRunning = failure(
  'conflict',
  'job_running',
  'The job is running. Wait until it has ended, or stop it.',
)
export const jobRequested = failure(
  'conflict',
  'job_requested',
  'Somebody has asked for this job already; it begins as soon as a server takes it.',
)
export const jobNotRunning = failure(
  'conflict',
  'job_not_running',
  'The job neither runs nor is it asked for: there is nothing to stop.',
)
export const jobNotDryRunnable = failure(
  'unprocessable',
  'job_not_dry_runnable',
  'This job cannot say what it would do without doing it.',
)
export const jobBeyondLimits = failure(
  'forbidden',
  'job_beyond_limits',
  'A job works on everything there is: callers with limits neither start nor stop one.',
)
