import { type Call, RestRefused } from './rest'

const UNDER_WAY = new Set(['job_running', 'job_requested'])

/** Asks for the run that an operator gets by “Run now”, instead of waiting for the schedule; one that is under way is as good. */
export async function jobNow(call: Call, name: string): Promise<void> {
  try {
    await call('POST', `/jobs/${name}/runs`, {})
  } catch (error) {
    if (!(error instanceof RestRefused && UNDER_WAY.has(error.code))) throw error
  }
}
